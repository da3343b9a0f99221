"""Layouts of further competitions and data sets of fourteen hosts."""

from __future__ import annotations

import json
from collections.abc import Iterable

import numpy as np

from shared.host_files import Files, Layout, beside, collect, ids, turns

PLAYED: list[Layout] = []
layout = collect(PLAYED)


@layout(
    "kaggle furniture: json of images with lists of addresses, annotations beside, test ids in a json",
    {
        "train.table": "train.json",
        "train.images": "train/{image_id}.jpg",
        "tasks.label_id.column": "label_id",
        "submission.id": "id",
        "submission.label": "predicted",
    },
    n_train=40,
    n_test=8,
)
def _(files: Files) -> None:
    train = list(range(1, 41))
    files.photos("train", train)
    files.photos("validation", range(1, 9))
    files.photos("test", range(1, 9))

    def said(names: Iterable[int], labelled: bool) -> str:
        images = [{"url": [f"https://img.example/{n}.jpg"], "image_id": n} for n in names]
        marks = [{"image_id": n, "label_id": 1 + n % 5} for n in names]
        return json.dumps({"images": images} | ({"annotations": marks} if labelled else {}))

    files.text("train.json", said(train, True))
    files.text("validation.json", said(range(1, 9), True))
    files.text("test.json", said(range(1, 9), False))
    files.table("sample_submission_randomlabel.csv", "id,predicted", [(n, 1 + n % 5) for n in range(1, 9)])


@layout(
    "kaggle pets: several photos of each row, called by its id and a number",
    {
        "train.images": "train_images/{PetID}-*",
        "tasks.AdoptionSpeed.classes": ["0", "1", "2", "3", "4"],
        "test.images": "test_images/{PetID}-*",
        "submission.label": "AdoptionSpeed",
    },
    n_train=90,
    n_test=12,
)
def _(files: Files) -> None:
    train, test = [f"{i * 7919 % 65536:04x}b" for i in range(30)], [f"{i * 7919 % 65536:04x}c" for i in range(6)]
    for name in train:
        files.photos("train_images", [f"{name}-{k}" for k in (1, 2, 3)])
    for name in test:
        files.photos("test_images", [f"{name}-{k}" for k in (1, 2)])
    columns = "Type,Name,Age,Breed1,Gender,RescuerID,VideoAmt,Description,PetID,PhotoAmt"
    rows = [
        (1 + i % 2, f"n{i}", i % 7, 300 + i % 5, 1 + i % 2, f"r{i // 2:02d}x", 0, f"about {i}", n, 3.0)
        for i, n in enumerate(train)
    ]
    files.table("train/train.csv", columns + ",AdoptionSpeed", [(*row, i % 5) for i, row in enumerate(rows)])
    rows = [
        (1 + i % 2, f"m{i}", i % 7, 300 + i % 5, 1 + i % 2, f"s{i // 2:02d}x", 0, f"about {i}", n, 2.0)
        for i, n in enumerate(test)
    ]
    files.table("test/test.csv", columns, rows)
    files.table("test/sample_submission.csv", "PetID,AdoptionSpeed", [(n, 0) for n in test])
    files.table("breed_labels.csv", "BreedID,Type,BreedName", [(300 + i, 1, f"b{i}") for i in range(5)])


@layout(
    "kaggle cameras: class folders with dashes, test photos as tif with two endings",
    {
        "train.images": "train/*/*",
        "tasks.label.column": "folder",
        "test.images": "test/{fname}",
        "submission.id": "fname",
        "submission.label": "camera",
    },
    n_train=40,
    n_test=8,
)
def _(files: Files) -> None:
    for name in ("HTC-1-M7", "iPhone-4s", "LG-Nexus-5x", "Motorola-X", "Sony-NEX-7"):
        files.photos(f"train/{name}", [f"({name}){i}" for i in range(1, 9)])
    test = [f"img_{i:03d}abc_{'manip' if i % 2 else 'unalt'}.tif" for i in range(8)]
    for name in test:
        files.photo(f"test/{name}")
    files.table("sample_submission.csv", "fname,camera", [(n, "HTC-1-M7") for n in test])


@layout(
    "kaggle prostates: grades, masks beside, the test photos are not among the files",
    {
        "train.table": "train.csv",
        "train.images": "train_images/{image_id}.tiff",
        "tasks.isup_grade.column": "isup_grade",
    },
    without=("test",),
    n_train=40,
)
def _(files: Files) -> None:
    names = [f"{i * 7919:08x}" for i in range(1, 41)]
    for n in names:
        files.photo(f"train_images/{n}.tif")
        (files.root / f"train_images/{n}.tif").rename(files.root / f"train_images/{n}.tiff")
        files.photo(f"train_label_masks/{n}_mask.tif")
        (files.root / f"train_label_masks/{n}_mask.tif").rename(files.root / f"train_label_masks/{n}_mask.tiff")
    files.table(
        "train.csv",
        "image_id,data_provider,isup_grade,gleason_score",
        [
            (n, ["karolinska", "radboud"][i % 2], i % 6, ["negative", "3+3", "3+4", "4+3", "4+4", "4+5"][i % 6])
            for i, n in enumerate(names)
        ],
    )
    files.table("test.csv", "image_id,data_provider", [(f"t{i}", "radboud") for i in range(3)])
    files.table("sample_submission.csv", "image_id,isup_grade", [(f"t{i}", 0) for i in range(3)])


@layout(
    "kaggle waves: arrays three folders deep by the letters of their ids",
    {
        "train.images": "train/{id[0]}/{id[1]}/{id[2]}/{id}.npy",
        "tasks.label.classes": ["0", "1"],
        "test.images": "test/{id[0]}/{id[1]}/{id[2]}/{id}.npy",
        "submission.probability_of": "1",
    },
    n_train=30,
    n_test=6,
)
def _(files: Files) -> None:
    train, test = (
        [f"{i * 7919 % 4096:03x}0{i:04d}" for i in range(30)],
        [f"{i * 6151 % 4096:03x}1{i:04d}" for i in range(6)],
    )
    for side, names in (("train", train), ("test", test)):
        for n in names:
            path = files.root / side / n[0] / n[1] / n[2] / f"{n}.npy"
            path.parent.mkdir(parents=True, exist_ok=True)
            np.save(path, np.zeros((3, 32), dtype=np.float32))
    files.table("training_labels.csv", "id,target", beside(train, turns([0, 1], 30)))
    files.table("sample_submission.csv", "id,target", [(n, 0.5) for n in test])


@layout(
    "kaggle sea lions: five counts a photo, train_id and test_id, dotted photos beside",
    {
        "train.images": "Train/{train_id}.jpg",
        "tasks.adult_males.kind": "number",
        "tasks.pups.kind": "number",
        "test.images": "Test/{test_id}.jpg",
        "submission.id": "test_id",
    },
    options=("--kind", "number"),
    n_train=40,
    n_test=6,
)
def _(files: Files) -> None:
    files.photos("Train", range(40))
    files.photos("TrainDotted", range(40))
    files.photos("Test", range(6))
    names = "adult_males,subadult_males,adult_females,juveniles,pups"
    files.table(
        "Train/train.csv", "train_id," + names, [(i, i % 9, i % 7, 5 * i % 31, i % 11, i % 13) for i in range(40)]
    )
    files.text("MismatchedTrainImages.txt", "train_id\n3\n7\n9\n")
    files.table("sample_submission.csv", "test_id," + names, [(i, 1, 2, 3, 4, 5) for i in range(6)])


@layout(
    "kaggle inclusive images: rows of labels with a source and a confidence, lists to send",
    {
        "train.table": "train_human_labels.csv",
        "train.images": "train/{ImageID}.jpg",
        "tasks.LabelName.kind": "labels",
        "tasks.LabelName.rows": True,
        "submission.id": "image_id",
        "submission.label": "labels",
    },
    n_train=40,
    n_test=6,
)
def _(files: Files) -> None:
    train, test = [f"{i * 7919:016x}" for i in range(1, 41)], [f"{i * 6151:016x}" for i in range(1, 7)]
    files.photos("train", train)
    files.photos("stage_1_test_images", test)
    marks = ["/m/01g317", "/m/05s2s", "/m/07yv9", "/m/0cgh4", "/m/09j2d"]
    rows = [
        (n, "verification", mark, 1)
        for i, n in enumerate(train)
        for mark in sorted({marks[i % 5], marks[(i // 3) % 5]})
    ]
    files.table("train_human_labels.csv", "ImageID,Source,LabelName,Confidence", rows)
    files.table(
        "class-descriptions.csv",
        "label_code,description",
        beside(marks, ["person", "plant", "vehicle", "building", "clothing"]),
    )
    files.table("stage_1_sample_submission.csv", "image_id,labels", [(n, "/m/01g317 /m/05s2s") for n in test])


@layout("kaggle painters: pairs of paintings are asked for", refused="pair")
def _(files: Files) -> None:
    files.photos("train", range(40))
    files.photos("test", range(100, 112))
    files.table(
        "all_data_info.csv",
        "artist,date,genre,pixelsx,pixelsy,size_bytes,source,style,title,artist_group,in_train,new_filename",
        [
            (
                f"artist {i % 8}",
                1900 + i,
                "portrait",
                900,
                700,
                20000 + i,
                "wikiart",
                "Cubism",
                f"t{i}",
                "train_only",
                "True",
                f"{i}.jpg",
            )
            for i in range(40)
        ],
    )
    files.table(
        "train_info.csv",
        "filename,artist,title,style,genre,date",
        [(f"{i}.jpg", f"artist {i % 8}", f"t{i}", "Cubism", "portrait", 1900 + i) for i in range(40)],
    )
    files.table(
        "submission_info.csv", "index,image1,image2", [(i, f"{100 + i}.jpg", f"{111 - i}.jpg") for i in range(6)]
    )
    files.table("sample_submission.csv", "index,sameArtist", [(i, 0.5) for i in range(6)])


@layout(
    "kaggle cells: six channels of two sites, folders by experiment and plate",
    refused="Plate{plate}/{well}_s1_w1.png",
)
def _(files: Files) -> None:
    rows = [
        (
            f"HEPG2-{1 + i // 12:02d}_{1 + i // 6 % 2}_B{2 + i % 6:02d}",
            f"HEPG2-{1 + i // 12:02d}",
            1 + i // 6 % 2,
            f"B{2 + i % 6:02d}",
        )
        for i in range(60)
    ]
    for _, experiment, plate, well in rows:
        files.photos(
            f"train/{experiment}/Plate{plate}", [f"{well}_s{s}_w{w}" for s in (1, 2) for w in range(1, 4)], ".png"
        )
    for i in range(4):
        files.photos("test/HEPG2-08/Plate1", [f"B{2 + i:02d}_s{s}_w{w}" for s in (1, 2) for w in range(1, 4)], ".png")
    files.table("train.csv", "id_code,experiment,plate,well,sirna", [(*row, i % 12 * 31) for i, row in enumerate(rows)])
    files.table(
        "test.csv",
        "id_code,experiment,plate,well",
        [(f"HEPG2-08_1_B{2 + i:02d}", "HEPG2-08", 1, f"B{2 + i:02d}") for i in range(4)],
    )
    files.table("sample_submission.csv", "id_code,sirna", [(f"HEPG2-08_1_B{2 + i:02d}", 0) for i in range(4)])


@layout("kaggle product matching: lists of other rows are asked for", refused="name other rows")
def _(files: Files) -> None:
    files.photos("train_images", ids("a", 40))
    files.photos("test_images", ids("b", 3))
    files.table(
        "train.csv",
        "posting_id,image,image_phash,title,label_group",
        [(f"train_{i * 77}", f"a{i:04d}.jpg", f"{i * 7919:x}", f"title {i}", 249114794 + i // 2) for i in range(40)],
    )
    files.table(
        "test.csv",
        "posting_id,image,image_phash,title",
        [(f"test_{i}", f"b{i:04d}.jpg", f"{i:x}", f"t {i}") for i in range(3)],
    )
    files.table("sample_submission.csv", "posting_id,matches", [(f"test_{i}", f"test_{i}") for i in range(3)])


@layout(
    "dacon rock, paper, scissors: class folders of numbers, names in the sample",
    {
        "train.images": "train/*/*",
        "tasks.label.classes": ["0", "1", "2"],
        "test.images": "test/{file_name}",
        "submission.label": "label",
    },
    n_train=24,
    n_test=5,
)
def _(files: Files) -> None:
    for k in range(3):
        files.photos(f"train/{k}", [f"{i:03d}" for i in range(k * 8, k * 8 + 8)], ".png")
    files.photos("test", [f"{i:03d}" for i in range(5)], ".png")
    files.table("sample_submission.csv", "file_name,label", [(f"{i:03d}.png", 0) for i in range(5)])


@layout(
    "dacon blocks: ten columns of 0 and 1, paths with a point in front",
    {"train.images": "{img_path}", "tasks.label.kind": "labels", "test.table": "test.csv", "submission.id": "id"},
    n_train=40,
    n_test=6,
)
def _(files: Files) -> None:
    letters = "ABCDEFGHIJ"
    files.photos("train", ids("TRAIN_", 40, width=5))
    files.photos("test", ids("TEST_", 6, width=5))
    files.table(
        "train.csv",
        "id,img_path," + ",".join(letters),
        [
            (f"TRAIN_{i:05d}", f"./train/TRAIN_{i:05d}.jpg", *(int(i * 7919 % (k + 2) == 0) for k in range(10)))
            for i in range(40)
        ],
    )
    files.table("test.csv", "id,img_path", [(f"TEST_{i:05d}", f"./test/TEST_{i:05d}.jpg") for i in range(6)])
    files.table("sample_submission.csv", "id," + ",".join(letters), [(f"TEST_{i:05d}", *[0] * 10) for i in range(6)])


@layout("dacon quality: a score and a sentence are asked for", refused="comments")
def _(files: Files) -> None:
    files.photos("train", ids("", 40, width=8))
    files.photos("test", ids("", 6, width=8))
    names = ids("", 40, width=8)
    files.table(
        "train.csv",
        "img_name,img_path,mos,comments",
        [
            (n, f"./train/{n}.jpg", f"{3 + i * 7919 % 5000 / 1000:.10f}", f"the focus is good number {i}")
            for i, n in enumerate(names)
        ],
    )
    files.table("test.csv", "img_name,img_path", [(n, f"./test/{n}.jpg") for n in names[:6]])
    files.table("sample_submission.csv", "img_name,mos,comments", [(n, 5.5, "Nice Image.") for n in names[:6]])


@layout(
    "signate food packages: a probability in a sample without header",
    {
        "train.images": "train/{image_name}",
        "tasks.label.classes": ["0", "1"],
        "test.images": "test/{1}",
        "submission.header": False,
        "submission.probability_of": "1",
    },
    n_train=30,
    n_test=6,
)
def _(files: Files) -> None:
    files.photos("train", ids("train_", 30), ".png")
    files.photos("test", ids("test_", 6), ".png")
    files.table("train.csv", "image_name,label", [(f"train_{i:04d}.png", i % 2) for i in range(30)])
    files.table("sample_submit.csv", None, [(f"test_{i:04d}.png", f"0.{i * 7919 % 1000:03d}") for i in range(6)])


@layout(
    "signate convenience shops: names of shops and an old-or-new flag, both make the class",
    refused="--label",
)
def _(files: Files) -> None:
    files.photos("train", ids("train_", 40))
    files.photos("test", ids("test_", 6))
    shops = ["ファミリマート", "ファミマ!!", "サンクス", "サークルK"]
    files.table(
        "train.tsv",
        "file_name,cn_name,new_flag",
        [(f"train_{i:04d}.jpg", shops[i % 4], i // 4 % 2) for i in range(40)],
        separator="\t",
    )
    files.table("sample_submit.csv", None, [(f"test_{i:04d}.jpg", i % 6) for i in range(6)])


@layout(
    "nishika solar panels: ids without ending in a folder of each side, sample with the class id",
    {
        "train.images": "train/{image_id}.jpg",
        "tasks.class.column": "class",
        "test.table": "test.csv",
        "submission.id": "image_id",
    },
    n_train=40,
    n_test=6,
)
def _(files: Files) -> None:
    files.photos("train", ids("tr_", 40))
    files.photos("test", ids("te_", 6))
    files.table(
        "train.csv",
        "image_id,class,class_name",
        [(f"tr_{i:04d}", i % 3, ["ok", "crack", "dirt"][i % 3]) for i in range(40)],
    )
    files.table("test.csv", "image_id", [(f"te_{i:04d}",) for i in range(6)])
    files.table("sample_submission.csv", "image_id,class", [(f"te_{i:04d}", 0) for i in range(6)])


@layout(
    "hackerearth holidays: everything below dataset/, classes as words",
    {
        "train.table": "dataset/train.csv",
        "train.images": "dataset/train/{Image}",
        "tasks.Class.column": "Class",
        "test.images": "dataset/test/*",
        "test.id": "file",
        "submission.id": "Image",
    },
    n_train=36,
    n_test=6,
)
def _(files: Files) -> None:
    files.photos("dataset/train", [f"image{i}" for i in range(36)])
    files.photos("dataset/test", [f"image{i}" for i in range(900, 906)])
    kinds = ["Airplane", "Candle", "Christmas_Tree", "Jacket", "Miscellaneous", "Snowman"]
    files.table("dataset/train.csv", "Image,Class", [(f"image{i}.jpg", kinds[i % 6]) for i in range(36)])
    files.table("dataset/sample_submission.csv", "Image,Class", [(f"image{i}.jpg", "Candle") for i in range(900, 905)])


@layout(
    "hackerearth flowers: numbers without ending, class numbers, half of the test rows in the sample",
    {
        "train.images": "train/{image_id}.jpg",
        "tasks.category.column": "category",
        "test.table": "test.csv",
        "test.images": "test/{image_id}.jpg",
    },
    n_train=40,
    n_test=10,
)
def _(files: Files) -> None:
    files.photos("train", range(40))
    files.photos("test", range(18540, 18550))
    files.table("train.csv", "image_id,category", [(i, 1 + i % 6 * 17) for i in range(40)])
    files.table("test.csv", "image_id", [(i,) for i in range(18540, 18550)])
    files.table("sample_submission.csv", "image_id,category", [(i, 90) for i in range(18540, 18545)])


@layout(
    "analytics vidhya apparels: numbers in folders within folders, letters behind the sample's name",
    {
        "train.table": "train_LbELtWX/train.csv",
        "train.images": "train_LbELtWX/train/{id}.png",
        "test.table": "test_ScVgIM0/test.csv",
        "test.images": "test_ScVgIM0/test/{id}.png",
        "submission.id": "id",
    },
    n_train=40,
    n_test=6,
)
def _(files: Files) -> None:
    files.photos("train_LbELtWX/train", range(1, 41), ".png")
    files.photos("test_ScVgIM0/test", range(60001, 60007), ".png")
    files.table("train_LbELtWX/train.csv", "id,label", [(i, i % 10) for i in range(1, 41)])
    files.table("test_ScVgIM0/test.csv", "id", [(i,) for i in range(60001, 60007)])
    files.table("sample_submission_I5njJSF.csv", "id,label", [(i, 0) for i in range(60001, 60007)])


@layout(
    "drivendata serengeti: labels of a sequence, file names of its photos in another table",
    {
        "train.table": "train_metadata.csv",
        "train.images": "{file_name}",
        "train.group": "seq_id",
        "submission.per": "seq_id",
    },
    n_train=60,
    n_test=9,
)
def _(files: Files) -> None:
    def photos(seqs: Iterable[int]) -> list[tuple[str, str, str]]:
        rows = []
        for s in seqs:
            for k in range(3):
                name = f"S{1 + s % 2}/B{s % 5:02d}/SER_S{1 + s % 2}_B{s % 5:02d}_PICT{s:03d}{k}.JPG"
                files.photo(name)
                rows.append((f"SER_S{1 + s % 2}#B{s % 5:02d}#{s}", name, f"2010-07-{1 + s % 28:02d} 10:0{k}:00"))
        return rows

    files.table("train_metadata.csv", "seq_id,file_name,datetime", photos(range(20)))
    files.table("test_metadata.csv", "seq_id,file_name,datetime", photos(range(90, 93)))
    kinds = "aardvark,buffalo,empty,zebra"
    files.table(
        "train_labels.csv",
        "seq_id," + kinds,
        [(f"SER_S{1 + s % 2}#B{s % 5:02d}#{s}", *(int(k == s % 4) for k in range(4))) for s in range(20)],
    )
    files.table(
        "submission_format.csv",
        "seq_id," + kinds,
        [(f"SER_S{1 + s % 2}#B{s % 5:02d}#{s}", 0.5, 0.5, 0.5, 0.5) for s in range(90, 93)],
    )


@layout(
    "zindi palms: how many trees, capital letters in folders of both sides",
    {
        "train.images": "TrainImages/{ImageId}",
        "tasks.Target.kind": "number",
        "test.table": "Test.csv",
        "submission.label": "Target",
    },
    n_train=60,
    n_test=6,
)
def _(files: Files) -> None:
    files.photos("TrainImages", [f"Id_{i:010x}" for i in range(60)], ".png")
    files.photos("TestImages", [f"Id_{i:010x}" for i in range(100, 106)], ".png")
    files.table("Train.csv", "ImageId,Target", [(f"Id_{i:010x}.png", f"{i * 3 % 41}.0") for i in range(60)])
    files.table("Test.csv", "ImageId", [(f"Id_{i:010x}.png",) for i in range(100, 106)])
    files.table("SampleSubmission.csv", "ImageId,Target", [(f"Id_{i:010x}.png", 0) for i in range(100, 106)])


@layout(
    "zindi maize yields: an array of many bands for each field, numbers with a point",
    {
        "train.images": "image_arrays_train/{Field_ID}.npy",
        "tasks.Yield.kind": "number",
        "test.images": "image_arrays_test/{Field_ID}.npy",
    },
    n_train=40,
    n_test=5,
)
def _(files: Files) -> None:
    for side, names in (("train", ids("TR", 40)), ("test", ids("TE", 5))):
        (files.root / f"image_arrays_{side}").mkdir()
        for n in names:
            np.save(files.root / f"image_arrays_{side}/{n}.npy", np.ones((12, 16, 16), dtype=np.float32))
    files.table(
        "Train.csv",
        "Field_ID,Year,Quality,Yield",
        [(n, 2016 + i % 4, 1 + i % 3, f"{i * 7919 % 9000 / 1000:.6f}") for i, n in enumerate(ids("TR", 40))],
    )
    files.table(
        "test_field_ids_with_year.csv", "Field_ID,Year", [(n, 2016 + i % 4) for i, n in enumerate(ids("TE", 5))]
    )
    files.table("SampleSubmission.csv", "Field_ID,Yield", [(n, 0) for n in ids("TE", 5)])
    files.table(
        "fields_w_additional_info.csv",
        "Field_ID,Year,Yield,soil_bdod_5-15cm_mean",
        [(n, 2016 + i % 4, f"{i * 7919 % 9000 / 1000:.6f}", 130 + i) for i, n in enumerate(ids("TR", 40))],
    )


@layout(
    "iflytek adverts: class folders of numbers below train, the sample names ids and categories",
    {
        "train.images": "train/*/*",
        "tasks.label.column": "folder",
        "test.images": "test/{image_id}",
        "submission.label": "category_id",
    },
    n_train=32,
    n_test=6,
)
def _(files: Files) -> None:
    for k in (0, 1, 10, 100):
        files.photos(f"train/{k}", [f"{k * 100 + i:032x}" for i in range(8)])
    files.photos("test", [f"a{i}_adv" for i in range(6)])
    files.table("sample_submit.csv", "image_id,category_id", [(f"a{i}_adv.jpg", 0) for i in range(6)])


@layout(
    "iflytek crops: a train and a test folder, labels in Chinese, no header in the example",
    {
        "train.images": "训练集/{name}",
        "tasks.label.column": "label",
        "test.images": "测试集/{1}",
        "submission.header": False,
    },
    n_train=30,
    n_test=5,
)
def _(files: Files) -> None:
    files.photos("训练集", [f"img_{i}" for i in range(30)])
    files.photos("测试集", [f"img_t{i}" for i in range(5)])
    files.table(
        "训练集标签.csv",
        "name,label",
        [(f"img_{i}.jpg", ["草莓", "花", "草"][i % 3]) for i in range(30)],
        encoding="gb18030",
    )
    files.table("提交示例.csv", None, [(f"img_t{i}.jpg", "草莓") for i in range(5)], encoding="gb18030")


@layout(
    "datafountain weather: numbers of types, names with endings, an example to send",
    {
        "train.images": "train/{FileName}",
        "tasks.type.column": "type",
        "test.images": "test/{FileName}",
        "submission.label": "type",
    },
    n_train=36,
    n_test=6,
)
def _(files: Files) -> None:
    files.photos("train", [f"{i:05d}" for i in range(36)])
    files.photos("test", [f"{i:05d}" for i in range(50, 56)])
    files.table("Train_label.csv", "FileName,type", [(f"{i:05d}.jpg", 1 + i % 9) for i in range(36)])
    files.table("submit_example.csv", "FileName,type", [(f"{i:05d}.jpg", 1) for i in range(50, 56)])


@layout(
    "datafountain dogs: lists with spaces, ids of photos, class numbers and addresses",
    {
        "train.table": "data_train_image.txt",
        "train.header": False,
        "train.images": "train1/{1}.jpg",
        "tasks.label.column": "2",
    },
    says=("val1/",),
    n_train=40,
)
def _(files: Files) -> None:
    names = [f"{3301504000 + i * 7},{98941 + i}" for i in range(40)]
    files.photos("train1", names)
    files.photos("test1", [f"{4401504000 + i * 7},{98941 + i}" for i in range(6)])
    files.photos("val1", [f"{5501504000 + i * 7},{98941 + i}" for i in range(6)])
    files.table(
        "data_train_image.txt",
        None,
        [(n, i % 5 * 11, f"http://a.example/{i}.jpg") for i, n in enumerate(names)],
        separator=" ",
    )
    files.table(
        "val.txt",
        None,
        [(f"{5501504000 + i * 7},{98941 + i}", i % 5 * 11, f"http://a.example/{i}.jpg") for i in range(6)],
        separator=" ",
    )


@layout(
    "stanford diverse skin: an index without name, true and false, a disease among other columns",
    {"train.images": "images/{DDI_file}", "tasks.disease.column": "disease"},
    says=("--label for another, such as 'skin_tone', 'malignant'",),
    without=("test",),
)
def _(files: Files) -> None:
    files.photos("images", [f"{i:06d}" for i in range(1, 61)], ".png")
    files.table(
        "ddi_metadata.csv",
        ",DDI_ID,DDI_file,skin_tone,malignant,disease",
        [
            (
                i,
                i + 1,
                f"{i + 1:06d}.png",
                [12, 34, 56][i % 3],
                ["False", "True", "False"][i // 3 % 3],
                ["melanoma-in-situ", "nevus", "wart", "keloid", "cyst"][i // 2 % 5],
            )
            for i in range(60)
        ],
    )


@layout(
    "stanford cars as csv: a header, boxes, numbers of classes, names beside",
    {
        "train.table": "cardatasettrain.csv",
        "train.images": "cars_train/cars_train/{image}",
        "tasks.Class.column": "Class",
        "test.images": "cars_test/cars_test/{image}",
    },
    n_train=48,
    n_test=6,
)
def _(files: Files) -> None:
    files.photos("cars_train/cars_train", [f"{i:05d}" for i in range(1, 49)])
    files.photos("cars_test/cars_test", [f"{i:05d}" for i in range(1, 7)])
    files.table(
        "cardatasettrain.csv",
        ",x1,y1,x2,y2,Class,image",
        [(i, 3 + i * 3, 4 + i * 5 % 30, 90 + i * 2, 80 + i, 1 + i % 6, f"{i + 1:05d}.jpg") for i in range(48)],
    )
    files.table(
        "cardatasettest.csv", ",x1,y1,x2,y2,image", [(i, 3 + i, 4, 90, 80, f"{i + 1:05d}.jpg") for i in range(6)]
    )
    files.table(
        "names.csv",
        None,
        [
            (n,)
            for n in (
                "AM General Hummer SUV 2000",
                "Acura RL Sedan 2012",
                "Acura TL Sedan 2012",
                "Audi R8 Coupe 2012",
                "BMW M3 Coupe 2012",
                "Ford GT Coupe 2006",
            )
        ],
    )


@layout(
    "isic 2020: other names of columns in the test metadata, patients, lists of duplicates",
    {
        "train.table": "ISIC_2020_Training_GroundTruth_v2.csv",
        "train.images": "train/{image_name}.jpg",
        "train.group": "patient_id",
        "tasks.label.classes": ["0", "1"],
        "test.table": "ISIC_2020_Test_Metadata.csv",
        "test.images": "ISIC_2020_Test_Input/{image}.jpg",
    },
    n_train=60,
    n_test=6,
)
def _(files: Files) -> None:
    files.photos("train", [f"ISIC_{2637011 + i * 13:07d}" for i in range(60)])
    files.photos("ISIC_2020_Test_Input", [f"ISIC_{52060 + i * 13:07d}" for i in range(6)])
    files.table(
        "ISIC_2020_Training_GroundTruth_v2.csv",
        "image_name,patient_id,lesion_id,sex,age_approx,anatom_site_general_challenge,diagnosis,benign_malignant,target",
        [
            (
                f"ISIC_{2637011 + i * 13:07d}",
                f"IP_{7279968 + i // 4}",
                f"IL_{7616600 + i}",
                ["male", "female"][i // 4 % 2],
                f"{45 + i // 4 % 6 * 5}.0",
                ["torso", "head/neck"][i % 2],
                ["unknown", "nevus", "melanoma"][i % 3],
                ["benign", "benign", "malignant"][i % 3],
                int(i % 3 == 2),
            )
            for i in range(60)
        ],
    )
    files.table(
        "ISIC_2020_Training_Duplicates.csv",
        "image_name_1,image_name_2",
        [(f"ISIC_{2637011 + i * 13:07d}", f"ISIC_{2637011 + i * 26 + 39:07d}") for i in range(10)],
    )
    files.table(
        "ISIC_2020_Test_Metadata.csv",
        "image,patient,age_approx,anatom_site_general_challenge,sex",
        [
            (
                f"ISIC_{52060 + i * 13:07d}",
                f"IP_{3579794 + i // 2}",
                70.0,
                ["torso", "upper extremity"][i % 2],
                ["male", "female"][i % 2],
            )
            for i in range(6)
        ],
    )


@layout(
    "isic milk10k: a close and a dermoscopic photo of each lesion, columns of 0 and 1 by lesion",
    {"train.group": "lesion_id", "submission.id": "lesion_id", "submission.per": "lesion_id"},
    n_train=60,
    n_test=8,
)
def _(files: Files) -> None:
    kinds = "AKIEC,BCC,BEN_OTH,BKL,DF,INF,MAL_OTH,MEL,NV,SCCKA,VASC"
    for side, count, start in (("Training", 30, 0), ("Test", 4, 500)):
        rows = []
        for i in range(start, start + count):
            for k, kind in enumerate(("clinical: close-up", "dermoscopic")):
                name = f"ISIC_{7003162 + 2 * i + k:07d}"
                files.photo(f"MILK10k_{side}_Input/IL_{652 + i:07d}/{name}.jpg")
                rows.append(
                    (
                        f"IL_{652 + i:07d}",
                        kind,
                        name,
                        "CC-BY-NC",
                        30 + i % 50,
                        ["male", "female"][i % 2],
                        1 + i % 5,
                        "trunk",
                    )
                )
        files.table(
            f"MILK10k_{side}_Metadata.csv",
            "lesion_id,image_type,isic_id,copyright_license,age_approx,sex,skin_tone_class,site",
            rows,
        )
    files.table(
        "MILK10k_Training_GroundTruth.csv",
        "lesion_id," + kinds,
        [(f"IL_{652 + i:07d}", *(float(k == i % 11) for k in range(11))) for i in range(30)],
    )
    files.table(
        "sample_submission.csv", "lesion_id," + kinds, [(f"IL_{652 + i:07d}", *[0.5] * 11) for i in range(500, 504)]
    )


@layout(
    "isic downsampled: names that say so in table and folder, a column for each class of both sides",
    {
        "train.images": "ISIC_2019_Training_Input/{image}.jpg",
        "tasks.label.classes": ["MEL", "NV", "BCC", "UNK"],
        "test.images": "ISIC_2019_Test_Input/{image}.jpg",
    },
    n_train=40,
    n_test=6,
)
def _(files: Files) -> None:
    train = [f"ISIC_{i:07d}{'_downsampled' if i % 3 == 0 else ''}" for i in range(40)]
    test = [f"ISIC_{i:07d}" for i in range(34321, 34327)]
    files.photos("ISIC_2019_Training_Input", train)
    files.photos("ISIC_2019_Test_Input", test)
    files.table(
        "ISIC_2019_Training_GroundTruth.csv",
        "image,MEL,NV,BCC,UNK",
        [(n, *(f"{float(i % 3 == k)}" for k in range(3)), "0.0") for i, n in enumerate(train)],
    )
    files.table(
        "ISIC_2019_Test_GroundTruth.csv",
        "image,MEL,NV,BCC,UNK,score_weight,validation_weight",
        [(n, *(f"{float(i % 4 == k)}" for k in range(4)), "1.0", "0.0") for i, n in enumerate(test)],
    )
    files.table(
        "ISIC_2019_Test_Metadata.csv",
        "image,age_approx,anatom_site_general,sex",
        [(n, "75.0", "head/neck", "female") for n in test],
    )


@layout(
    "derm7pt: two photos of a case in two columns, lists of row numbers as the host's own split",
    refused="images/{derm}",
)
def _(files: Files) -> None:
    for i in range(30):
        files.photo(f"images/NEL/Nel{i:03d}.jpg")
        files.photo(f"images/Nml/Nml{i:03d}.jpg")
    files.table(
        "meta/meta.csv",
        "case_num,diagnosis,seven_point_score,pigment_network,level_of_diagnostic_difficulty,sex,clinic,derm,case_id,notes",
        [
            (
                i + 1,
                ["clark nevus", "melanoma (in situ)", "blue nevus"][i % 3],
                i % 6,
                ["typical", "atypical", "absent"][i // 2 % 3],
                ["low", "medium", "high"][i // 3 % 3],
                ["male", "female"][i % 2],
                f"NEL/Nel{i:03d}.jpg",
                f"Nml/Nml{i:03d}.jpg",
                "",
                "",
            )
            for i in range(30)
        ],
    )
    for side, numbers in (("train", range(18)), ("valid", range(18, 24)), ("test", range(24, 30))):
        files.table(f"meta/{side}_indexes.csv", "indexes", [(i,) for i in numbers])


@layout("medmnist: one npz of train, valid and test", refused="readers.py")
def _(files: Files) -> None:
    files.arrays(
        "pathmnist.npz",
        train_images=(60, 28, 28, 3),
        train_labels=(60, 1),
        val_images=(10, 28, 28, 3),
        val_labels=(10, 1),
        test_images=(20, 28, 28, 3),
        test_labels=(20, 1),
    )


@layout(
    "kaggle geolife: semicolons, photos by the last digits of their number, a column of subsets",
    refused="{observation_id[-2:]}/{observation_id[-4:-2]}/{observation_id}_rgb.jpg",
)
def _(files: Files) -> None:
    numbers = [10561900 + i * 37 for i in range(60)]
    for n in numbers:
        files.photo(f"patches-fr/{str(n)[-2:]}/{str(n)[-4:-2]}/{n}_rgb.jpg")
        files.photo(f"patches-fr/{str(n)[-2:]}/{str(n)[-4:-2]}/{n}_near_ir.jpg")
    files.table(
        "observations/observations_fr_train.csv",
        "observation_id,latitude,longitude,species_id,subset",
        [
            (n, f"45.{i:04d}", f"3.{i:04d}", i % 6 * 83, "val" if i % 10 == 9 else "train")
            for i, n in enumerate(numbers)
        ],
        separator=";",
    )


@layout(
    "ai stages food: class folders in train/images, names alone in the info table of the evaluation",
    {
        "train.images": "train/images/*/*",
        "tasks.label.column": "folder",
        "test.table": "eval/info.csv",
        "test.images": "eval/images/{ImageID}",
    },
    n_train=24,
    n_test=5,
)
def _(files: Files) -> None:
    for k, name in enumerate(("bibimbap", "gimbap", "tteokbokki")):
        files.photos(f"train/images/{name}", [f"{k * 8 + i:06d}" for i in range(8)])
    files.photos("eval/images", [f"{i:032x}" for i in range(5)])
    files.table("eval/info.csv", "ImageID,ans", [(f"{i:032x}.jpg", 0) for i in range(5)])


@layout(
    "probspace kuzushiji: folders of arrays unpacked, labels in a csv",
    {
        "train.images": "train_imgs/{Id}.png",
        "tasks.Label.column": "Label",
        "test.images": "test_imgs/{ImageId}.png",
        "submission.label": "Label",
    },
    n_train=40,
    n_test=6,
)
def _(files: Files) -> None:
    files.photos("train_imgs", range(1, 41), ".png")
    files.photos("test_imgs", range(1, 7), ".png")
    files.table("train_labels.csv", "Id,Label", [(i, i % 10) for i in range(1, 41)])
    files.table("sample_submit.csv", "ImageId,Label", [(i, 0) for i in range(1, 7)])


@layout(
    "kaggle fashion: json with imageId and lists labelId, ids in test json",
    {"tasks.labelId.kind": "labels", "test.table": "test.json"},
    n_train=40,
    n_test=6,
)
def _(files: Files) -> None:
    files.photos("train", range(1, 41))
    files.photos("test", range(1, 7))

    def said(ns: Iterable[int], lab: bool) -> str:
        return json.dumps(
            {"info": {"year": 2018}, "images": [{"url": f"https://c/{n}.jpg", "imageId": str(n)} for n in ns]}
            | (
                {"annotations": [{"imageId": str(n), "labelId": [str(n % 5), str(5 + n % 7)]} for n in ns]}
                if lab
                else {}
            )
            | {"license": {"url": "x"}}
        )

    files.text("train.json", said(range(1, 41), True))
    files.text("test.json", said(range(1, 7), False))
    files.table("sample_submission.csv", "image_id,label_id", [(n, "0 5") for n in range(1, 7)])


@layout(
    "kaggle shopee iet: class folders in train/train, test names, class numbers in the sample",
    {"train.images": "train/train/*/*", "test.images": "test/test/{id}.jpg"},
    says=("values",),
    n_train=32,
    n_test=6,
)
def _(files: Files) -> None:
    for n in ("BabyBibs", "BabyHat", "BabyPants", "BabyShirt"):
        files.photos(f"train/train/{n}", [f"{n}_{i}" for i in range(1, 9)])
    files.photos("test/test", [f"Test_{i}" for i in range(1, 7)])
    files.table("sampleSubmission.csv", "id,category", [(f"Test_{i}", 0) for i in range(1, 7)])


@layout("kaggle vinbigdata: boxes in both", refused="boxes")
def _(files: Files) -> None:
    tr = [f"{i * 7919:032x}" for i in range(1, 31)]
    files.photos("train", tr, ".png")
    files.photos("test", ids("t", 5), ".png")
    files.table(
        "train.csv",
        "image_id,class_name,class_id,rad_id,x_min,y_min,x_max,y_max",
        [
            (
                n,
                ["No finding", "Nodule"][i % 2],
                [14, 8][i % 2],
                f"R{i % 3}",
                *(["", "", "", ""] if i % 2 == 0 else [1, 2, 30, 40]),
            )
            for i, n in enumerate(tr)
        ],
    )
    files.table("sample_submission.csv", "image_id,PredictionString", [(n, "14 1 0 0 1 1") for n in ids("t", 5)])


@layout(
    "dacon rocks: class folders, test.csv with paths, rock_type in the sample",
    {"train.images": "train/*/*", "test.images": "{img_path}", "submission.label": "rock_type"},
    n_train=32,
    n_test=6,
)
def _(files: Files) -> None:
    for n in ("Andesite", "Basalt", "Gneiss", "Weathered_Rock"):
        files.photos(f"train/{n}", [f"TRAIN_{n}_{i:04d}" for i in range(8)])
    files.photos("test", [f"TEST_{i:05d}" for i in range(6)])
    files.table("test.csv", "ID,img_path", [(f"TEST_{i:05d}", f"./test/TEST_{i:05d}.jpg") for i in range(6)])
    files.table("sample_submission.csv", "ID,rock_type", [(f"TEST_{i:05d}", "Andesite") for i in range(6)])


@layout(
    "ai stages sketch with sample",
    {"train.images": "train/{image_path}", "test.images": "test/{image_path}", "submission.label": "target"},
    n_train=40,
    n_test=6,
)
def _(files: Files) -> None:
    cl = ["n01443537", "n01484850", "n01494475", "n01514859"]
    rows = []
    for i in range(40):
        p = f"{cl[i % 4]}/sketch_{i}.JPEG"
        files.photo(f"train/{p}")
        rows.append((cl[i % 4], p, i % 4))
    files.photos("test", range(6), ".JPEG")
    files.table("train.csv", "class_name,image_path,target", rows)
    files.table("test.csv", "image_path", [(f"{i}.JPEG",) for i in range(6)])
    files.table("sample_submission.csv", "ID,image_path,target", [(i, f"{i}.JPEG", 0) for i in range(6)])


@layout(
    "signate vehicles: a name in Japanese, tsv master, labels by a list, csv without header",
    {
        "train.images": "train_images/{ファイル名}",
        "tasks.ラベル.column": "ラベル",
        "test.images": "test_images/{1}",
        "submission.header": False,
    },
    n_train=36,
    n_test=5,
)
def _(files: Files) -> None:
    files.photos("train_images", ids("train_", 36), ".png")
    files.photos("test_images", ids("test_", 5), ".png")
    files.table(
        "train_master.tsv", "ファイル名,ラベル", [(f"train_{i:04d}.png", i % 4) for i in range(36)], separator="\t"
    )
    files.table(
        "label_master.tsv", "ラベル,意味", [(i, w) for i, w in enumerate(["車", "人", "犬", "猫"])], separator="\t"
    )
    files.table("sample_submit.csv", None, [(f"test_{i:04d}.png", 0) for i in range(5)])


@layout(
    "hackerearth animals: meta-data folder, a column for each class in the sample",
    {"train.images": "train/{Image_id}", "tasks.Animal.column": "Animal", "test.table": "meta-data/test.csv"},
    n_train=36,
    n_test=6,
)
def _(files: Files) -> None:
    an = ["antelope", "bat", "beaver", "killer+whale"]
    files.photos("train", [f"Img-{i}" for i in range(1, 37)])
    files.photos("test", [f"Img-{i}" for i in range(100, 106)])
    files.table("meta-data/train.csv", "Image_id,Animal", [(f"Img-{i}.jpg", an[i % 4]) for i in range(1, 37)])
    files.table("meta-data/test.csv", "Image_id", [(f"Img-{i}.jpg",) for i in range(100, 106)])
    files.table(
        "meta-data/sample_submission.csv",
        "image_id," + ",".join(an),
        [(f"Img-{i}.jpg", 0, 0, 0, 0) for i in range(100, 103)],
    )


@layout(
    "analytics vidhya hospital: train and val class folders beside a flat test, ids in csv",
    {"train.images": "images_train_test_val/train/*/*", "test.images": "images_train_test_val/test/{filename}"},
    says=("validation/",),
    n_train=24,
    n_test=5,
)
def _(files: Files) -> None:
    for n in ("covid", "normal", "virus"):
        files.photos(f"images_train_test_val/train/{n}", [f"{n}_{i}" for i in range(8)])
        files.photos(f"images_train_test_val/validation/{n}", [f"v{n}_{i}" for i in range(3)])
    files.photos("images_train_test_val/test", [f"{i:04d}" for i in range(5)])
    files.table("sample_submission_GHc.csv", "filename,label", [(f"{i:04d}.jpg", "normal") for i in range(5)])


@layout(
    "drivendata meerkats: train_features and labels, sites, paths",
    {
        "train.images": "train_features/{id}.jpg",
        "train.group": "site",
        "tasks.label.classes": ["bird", "blank", "hog"],
        "test.table": "test_features.csv",
    },
    n_train=48,
    n_test=6,
)
def _(files: Files) -> None:
    files.photos("train_features", [f"ZJ{i:06d}" for i in range(48)])
    files.photos("test_features", [f"ZJ{i:06d}" for i in range(900, 906)])
    files.table(
        "train_features.csv",
        "id,filepath,site",
        [(f"ZJ{i:06d}", f"train_features/ZJ{i:06d}.jpg", f"S{i // 4:04d}") for i in range(48)],
    )
    files.table(
        "test_features.csv",
        "id,filepath,site",
        [(f"ZJ{i:06d}", f"test_features/ZJ{i:06d}.jpg", f"S{i // 4:04d}") for i in range(900, 906)],
    )
    files.table(
        "train_labels.csv",
        "id,bird,blank,hog",
        [(f"ZJ{i:06d}", *(float(i % 3 == k) for k in range(3))) for i in range(48)],
    )
    files.table("submission_format.csv", "id,bird,blank,hog", [(f"ZJ{i:06d}", 0.5, 0.5, 0.5) for i in range(900, 906)])


@layout("zindi ghana crops: boxes with classes on both sides", refused="boxes")
def _(files: Files) -> None:
    files.photos("images", [f"id_{i:06d}" for i in range(36)])
    files.table(
        "Train.csv",
        "Image_ID,confidence,class,ymin,xmin,ymax,xmax",
        [
            (f"id_{i:06d}.jpg", 1.0, ["Corn_Cercospora", "Pepper_Healthy"][i % 2], 1.0, 2.0, 30.0, 40.0)
            for i in range(30)
        ],
    )
    files.table("Test.csv", "Image_ID", [(f"id_{i:06d}.jpg",) for i in range(30, 36)])
    files.table(
        "SampleSubmission.csv",
        "Image_ID,class,confidence,ymin,xmin,ymax,xmax",
        [(f"id_{i:06d}.jpg", "Pepper_Healthy", 0.9, 0, 0, 0, 0) for i in range(30, 36)],
    )


@layout(
    "iflytek brain: Train/AD and Train/NC, Test by number, a submit file with uuid",
    {"train.images": "脑部数据集/Train/*/*", "tasks.label.classes": ["AD", "NC"], "submission.id": "uuid"},
    n_train=24,
    n_test=5,
)
def _(files: Files) -> None:
    for n in ("AD", "NC"):
        files.photos(f"脑部数据集/Train/{n}", range(1 if n == "AD" else 101, 13 if n == "AD" else 113), ".png")
    files.photos("脑部数据集/Test", range(1, 6), ".png")
    files.table("提交样例.csv", "uuid,label", [(i, "NC") for i in range(1, 6)])


@layout(
    "stanford scenes: names begin with the class, all in one folder",
    {"tasks.label.classes": ["coast_arnat", "forest_nat", "highway_gre", "street_urb"]},
    n_train=32,
)
def _(files: Files) -> None:
    for k, n in enumerate(("coast", "forest", "highway", "street")):
        files.photos(
            "spatial_envelope_256x256_static_8outdoorcategories",
            [f"{n}_{['arnat', 'nat', 'gre', 'urb'][k]}{i * 37 % 900}" for i in range(8)],
        )


@layout(
    "fitzpatrick: md5hash, three partitions, scale and address", {"train.images": "images/{md5hash}.jpg"}, n_train=60
)
def _(files: Files) -> None:
    hs = [f"{i * 104729:032x}" for i in range(1, 61)]
    files.photos("images", hs)
    files.table(
        "fitzpatrick17k.csv",
        "md5hash,fitzpatrick_scale,fitzpatrick_centaur,label,nine_partition_label,three_partition_label,qc,url,url_alphanum",
        [
            (
                h,
                1 + i % 6,
                1 + i // 2 % 6,
                f"disease {i % 12}",
                f"group {i % 12 // 3}",
                ["benign", "malignant", "non-neoplastic"][i % 12 // 4],
                "",
                f"https://x/{i}.jpg",
                f"httpsx{i}jpg",
            )
            for i, h in enumerate(hs)
        ],
    )


@layout("probspace numbers by row: photos in npz, labels in csv", refused="arrays")
def _(files: Files) -> None:
    files.arrays("train_data.npz", arr_0=(50, 28, 28))
    files.arrays("test_data.npz", arr_0=(20, 28, 28))
    files.table("train_labels.csv", "id,label", [(i, i % 10) for i in range(50)])
    files.table("submit.csv", "id,y", [(i, 0) for i in range(10)])


@layout(
    "dacon landmarks: places below regions, a class and how sure of it in two columns",
    {
        "train.table": "public/train.csv",
        "tasks.landmark_id.column": "landmark_id",
        "submission.id": "id",
        "submission.label": "landmark_id",
        "submission.constants": {"conf": None},
    },
    n_train=40,
    n_test=6,
)
def _(files: Files) -> None:
    rows = []
    for place, name in enumerate(("경복궁", "남산타워", "해운대", "감천마을")):
        region = ["서울특별시", "부산광역시"][place // 2]
        for i in range(10):
            files.photo(f"public/train/{region}/{name}/{name}_{i + 1:03d}.JPG")
            rows.append((f"{name}_{i + 1:03d}", place))
    files.table("public/train.csv", "id,landmark_id", rows)
    files.table(
        "public/category.csv",
        "landmark_id,landmark_name",
        [(0, "경복궁"), (1, "남산타워"), (2, "해운대"), (3, "감천마을")],
    )
    for i in range(6):
        files.photo(f"public/test/{i % 3}/{i:x}q{i}k.JPG")
    files.table("public/sample_submission.csv", "id,landmark_id,conf", [(f"{i:x}q{i}k", 0, 0.5) for i in range(6)])


@layout(
    "drivendata memes: json lines, a probability and the label beside it",
    {
        "train.table": "train.jsonl",
        "train.images": "{img}",
        "tasks.label.classes": ["0", "1"],
        "submission.label": "proba",
        "submission.probability_of": "1",
    },
    says=("'label' stays as the sample has it",),
    n_train=40,
    n_test=6,
)
def _(files: Files) -> None:
    files.photos("img", [f"{i:05d}" for i in range(46)], ".png")
    files.photos("img", [f"{i:05d}" for i in range(60, 64)], ".png")

    def said(numbers: Iterable[int], labelled: bool) -> str:
        rows = [
            {"id": i, "img": f"img/{i:05d}.png"} | ({"label": i % 2} if labelled else {}) | {"text": f"words {i}"}
            for i in numbers
        ]
        return "".join(json.dumps(row) + "\n" for row in rows)

    files.text("train.jsonl", said(range(40), True))
    files.text("dev.jsonl", said(range(60, 64), True))
    files.text("test.jsonl", said(range(40, 46), False))
    files.text("README.md", "memes\n")
    files.table("submission_format.csv", "id,proba,label", [(i, 0.5, 1) for i in range(40, 46)])


@layout(
    "kaggle malaria: class folders, and the whole folder once more inside",
    {"train.images": "cell_images/*/*"},
    says=("cell_images/cell_images/Parasitized/",),
    n_train=20,
)
def _(files: Files) -> None:
    for n in ("Parasitized", "Uninfected"):
        for top in ("cell_images", "cell_images/cell_images"):
            files.count = 0 if n == "Parasitized" else 50
            files.photos(f"{top}/{n}", [f"C{i}thinF_{n[0]}_cell_{i}" for i in range(10)], ".png")


@layout(
    "kaggle covid: images and masks below each class, xlsx beside",
    {"train.images": "COVID-19_Radiography_Dataset/{label}/images/*"},
    n_train=24,
    without=("test",),
)
def _(files: Files) -> None:
    for n in ("COVID", "Normal", "Viral Pneumonia"):
        files.photos(f"COVID-19_Radiography_Dataset/{n}/images", [f"{n}-{i}" for i in range(1, 9)], ".png")
        files.photos(f"COVID-19_Radiography_Dataset/{n}/masks", [f"{n}-{i}" for i in range(1, 9)], ".png")
        files.text(f"COVID-19_Radiography_Dataset/{n}.metadata.xlsx", "PK\x03\x04")


@layout("dacon ocr: the text on each photo is asked", refused="kit writes no texts")
def _(files: Files) -> None:
    w = [f"말{chr(0xAC00 + i * 28)}{chr(0xB000 + i * 28)}" for i in range(40)]
    files.photos("train", ids("TRAIN_", 40), ".png")
    files.photos("test", ids("TEST_", 6), ".png")
    files.table(
        "train.csv", "id,img_path,label", [(f"TRAIN_{i:04d}", f"./train/TRAIN_{i:04d}.png", w[i]) for i in range(40)]
    )
    files.table("test.csv", "id,img_path", [(f"TEST_{i:04d}", f"./test/TEST_{i:04d}.png") for i in range(6)])
    files.table("sample_submission.csv", "id,label", [(f"TEST_{i:04d}", "-") for i in range(6)])


@layout("naver: labels in a file without ending", {"tasks.label.classes": ["0", "1", "2"]}, n_train=30)
def _(files: Files) -> None:
    files.photos("train/train_data", ids("", 30))
    files.text("train/train_label", "file label\n" + "".join(f"{i:04d}.jpg {i % 3}\n" for i in range(30)))
    files.photos("test/test_data", ids("", 5, 900))


@layout(
    "zindi: a folder of photos for each id, labels by id",
    {"train.images": "train/{ID}/*", "tasks.label.column": "label"},
    n_train=72,
    n_test=12,
)
def _(files: Files) -> None:
    for s, k, o in (("train", 24, 0), ("test", 4, 500)):
        for i in range(o, o + k):
            files.photos(f"{s}/ID_{i:05d}", range(1, 4), ".png")
    files.table("Train.csv", "ID,label", [(f"ID_{i:05d}", "ab"[i % 2]) for i in range(24)])
    files.table("Test.csv", "ID", [(f"ID_{i:05d}",) for i in range(500, 504)])
    files.table("SampleSubmission.csv", "ID,label", [(f"ID_{i:05d}", "a") for i in range(500, 504)])


@layout(
    "hackerearth: one folder, a name without ending and label words",
    {"train.images": "images/{name}.jpeg", "tasks.category.column": "category", "test.table": "test.csv"},
    n_train=30,
    n_test=5,
)
def _(files: Files) -> None:
    files.photos("images", [f"pic {i}" for i in range(35)], ".jpeg")
    files.table("train.csv", "name,category", [(f"pic {i}", ["food", "drinks", "inside"][i % 3]) for i in range(30)])
    files.table("test.csv", "name", [(f"pic {i}",) for i in range(30, 35)])
    files.table("sample.csv", "name,category", [(f"pic {i}", "food") for i in range(30, 33)])


@layout(
    "iflytek: lists of paths and labels with tabs, no header, test list beside",
    {"train.table": "train.txt", "train.header": False, "tasks.label.column": "2", "test.table": "test.txt"},
    n_train=30,
    n_test=5,
)
def _(files: Files) -> None:
    files.photos("image", [f"{i}" for i in range(35)])
    files.table("train.txt", None, [(f"image/{i}.jpg", i % 5) for i in range(30)], separator="\t")
    files.table("test.txt", None, [(f"image/{i}.jpg",) for i in range(30, 35)])
    files.table("result_example.txt", None, [(f"image/{i}.jpg", 0) for i in range(30, 35)], separator="\t")


@layout(
    "datafountain: a json of names and categories",
    {"train.images": "train/{name}", "tasks.category.column": "category"},
    n_train=30,
)
def _(files: Files) -> None:
    files.photos("train", [f"{i:05d}" for i in range(30)])
    files.photos("test", [f"{i:05d}" for i in range(90, 95)])
    files.text(
        "train.json", json.dumps({"annotations": [{"name": f"{i:05d}.jpg", "category": i % 4} for i in range(30)]})
    )
    files.table("submit_sample.csv", "name,category", [(f"{i:05d}.jpg", 0) for i in range(90, 95)])


@layout(
    "ham as dataverse: .tab with quotes, parts, test truth of another study",
    {"train.images": "HAM10000_images_part_*/{image_id}.jpg", "train.group": "lesion_id", "tasks.dx.column": "dx"},
    n_train=40,
)
def _(files: Files) -> None:
    for i in range(40):
        files.photo(f"HAM10000_images_part_{1 + i // 20}/ISIC_{24306 + i:07d}.jpg")
    files.text(
        "HAM10000_metadata.tab",
        "lesion_id\timage_id\tdx\tdx_type\tage\tsex\tlocalization\tdataset\n"
        + "".join(
            f'"HAM_{i // 2:07d}"\t"ISIC_{24306 + i:07d}"\t"{["bkl", "nv", "mel"][i // 2 % 3]}"\t"histo"'
            f'\t{40 + i % 5 * 5}.0\t"male"\t"scalp"\t"vidir_modern"\n'
            for i in range(40)
        ),
    )


@layout(
    "nasa hirise: list with spaces, numbers, a map of classes",
    {"train.images": "map-proj-v3/{1}", "tasks.label.column": "2"},
    n_train=36,
)
def _(files: Files) -> None:
    n = [f"ESP_01{i // 3:04d}_RED-{i % 3:04d}" for i in range(36)]
    files.photos("map-proj-v3", n)
    files.table("labels-map-proj-v3.txt", None, [(f"{m}.jpg", i % 4) for i, m in enumerate(n)], separator=" ")
    files.table(
        "landmarks_map-proj-v3_classmap.csv", None, [(0, "other"), (1, "crater"), (2, "dark dune"), (3, "slope streak")]
    )


@layout(
    "kaggle classifieds: one number, photos by name without ending, some rows have none",
    {
        "train.images": "train_jpg/{image}.jpg",
        "tasks.deal_probability.kind": "number",
        "test.images": "test_jpg/{image}.jpg",
        "submission.id": "item_id",
    },
    says=("6 of 60 rows name no photo",),
    n_train=54,
    n_test=10,
)
def _(files: Files) -> None:
    items, photos = ids("it", 60), ids("ph", 60)
    files.photos("train_jpg", [p for i, p in enumerate(photos) if i % 10])
    test = ids("te", 10)
    files.photos("test_jpg", ids("pt", 10))
    columns = "item_id,user_id,region,city,parent_category_name,title,price,activation_date,user_type,image,image_top_1"
    files.table(
        "train.csv",
        columns + ",deal_probability",
        [
            (
                n,
                f"u{i // 2:03d}",
                "r" + "ab"[i % 2],
                "c" + "xyz"[i % 3],
                "pq"[i % 2],
                f"t{i}",
                10 + i * 7,
                "2017-03-15",
                "Private",
                photos[i] if i % 10 else "",
                i * 37 % 90,
                f"0.{i * 7919 % 99999:05d}",
            )
            for i, n in enumerate(items)
        ],
    )
    files.table(
        "test.csv",
        columns,
        [
            (
                n,
                f"v{i}",
                "r" + "ab"[i % 2],
                "c" + "xyz"[i % 3],
                "pq"[i % 2],
                f"t{i}",
                10 + i * 7,
                "2017-04-15",
                "Private",
                f"pt{i:04d}",
                i * 31 % 90,
            )
            for i, n in enumerate(test)
        ],
    )
    files.table("sample_submission.csv", "item_id,deal_probability", [(n, 0) for n in test])
