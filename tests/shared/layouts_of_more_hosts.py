"""Forty-six more competitions and data sets of fourteen hosts, drawn after their public descriptions."""

from __future__ import annotations

import json

import numpy as np
import tifffile

from shared.host_files import Files, Layout, beside, collect, ids, turns

MORE: list[Layout] = []
layout = collect(MORE)


# Kaggle


@layout(
    "kaggle humpback whales: five guesses in the sample, whales of one photo, new ones called new_whale",
    {
        "train.table": "train.csv",
        "train.images": "train/{Image}",
        "test.images": "test/{Image}",
        "submission.label": "Id",
        "submission.top": 5,
    },
    n_train=60,
    n_test=5,
)
def _(files: Files) -> None:
    names = [f"{i * 104729 % 2**32:08x}9" for i in range(1, 61)]
    whales = ["new_whale" if i % 3 == 0 else f"w_{i // 2 * 7919 % 2**28:07x}" for i in range(60)]
    files.photos("train", names)
    files.photos("test", ids("00", 5, 1))
    files.table("train.csv", "Image,Id", [(f"{n}.jpg", w) for n, w in beside(names, whales)])
    guesses = " ".join(["new_whale", *dict.fromkeys(w for w in whales if w != "new_whale")][:5])
    files.table("sample_submission.csv", "Image,Id", [(f"{n}.jpg", guesses) for n in ids("00", 5, 1)])


@layout(
    "kaggle sorghum: another name of the id column in the sample, a row of macOS in the table",
    {
        "train.table": "train_cultivar_mapping.csv",
        "train.images": "train_images/{image}",
        "tasks.cultivar.column": "cultivar",
        "test.images": "test/{filename}",
        "submission.id": "filename",
        "submission.label": "cultivar",
    },
    says=("1 of 41 rows name a hidden file",),
    n_train=40,
    n_test=5,
)
def _(files: Files) -> None:
    names = [f"2017-06-{i % 28 + 1:02d}__10-{i:02d}-12-{i * 37 % 1000:03d}" for i in range(40)]
    files.photos("train_images", names, ".png")
    files.photos("test", ids("7", 5), ".png")
    rows = [(f"{n}.png", f"PI_{152700 + i % 8 * 131}") for i, n in enumerate(names)]
    files.table("train_cultivar_mapping.csv", "image,cultivar", [*rows, (".DS_Store", "")])
    files.text("train_images/.DS_Store", "x")
    files.table("sample_submission.csv", "filename,cultivar", [(f"{n}.png", "PI_152700") for n in ids("7", 5)])


@layout(
    "kaggle cassava 2019: class folders, answers before ids, test photos in a folder 0, others without labels",
    {
        "train.images": "train/*/*",
        "tasks.label.column": "folder",
        "tasks.label.classes": ["cbb", "cbsd", "cgm", "cmd", "healthy"],
        "test.images": "test/0/{Id}",
        "submission.id": "Id",
        "submission.label": "Category",
    },
    says=("extraimages",),
    n_train=30,
    n_test=6,
)
def _(files: Files) -> None:
    for place, name in enumerate(("cbb", "cbsd", "cgm", "cmd", "healthy")):
        files.photos(f"train/{name}", [f"train-{name}-{i + place}" for i in range(6)])
    files.photos("test/0", [f"test-img-{i}" for i in range(6)])
    files.photos("extraimages", [f"extra-image-{i}" for i in range(7)])
    files.table("sample_submission_file.csv", "Category,Id", [("cmd", f"test-img-{i}.jpg") for i in range(6)])


@layout(
    "kaggle chest x-rays: twelve folders, lists of labels between bars, split lists beside",
    {
        "train.table": "train_val_list.txt",
        "train.join": [{"table": "Data_Entry_2017.csv", "on": {"1": "Image Index"}}],
        "train.images": "images_00*/images/{1}",
        "test.table": "test_list.txt",
        "train.group": "Patient ID",
        "tasks.Finding_Labels.kind": "labels",
        "tasks.Finding_Labels.separator": "|",
        "tasks.Finding_Labels.column": "Finding Labels",
    },
    n_train=45,
    n_test=15,
)
def _(files: Files) -> None:
    names = [f"{i // 3 + 1:08d}_{i % 3:03d}.png" for i in range(60)]
    for i, name in enumerate(names):
        files.photo(f"images_{i // 20 + 1:03d}/images/{name}")
    found = turns(["No Finding", "Effusion", "Effusion|Mass", "Hernia", "Mass", "Hernia|Effusion|Mass"], 60)
    rows = [
        (n, f, i % 3, i // 3 + 1, 40 + i // 3, "MF"[i // 3 % 2], turns(["PA", "AP"], 60)[i], 2000 + i, 2500)
        for i, (n, f) in enumerate(beside(names, found))
    ]
    header = (
        "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position,"
        "OriginalImage[Width,Height]"
    )
    files.table("Data_Entry_2017.csv", header, rows)
    files.text("train_val_list.txt", "\n".join(names[:45]))
    files.text("test_list.txt", "\n".join(names[45:]))


@layout(
    "kaggle scenes: each folder twice, a test side with labels, and photos to predict",
    {"train.images": "seg_train/seg_train/*/*", "test.images": "seg_pred/seg_pred/*"},
    says=("seg_test/ has folders of classes", "never trains"),
    n_train=24,
    n_test=6,
)
def _(files: Files) -> None:
    for place, name in enumerate(("buildings", "forest", "sea")):
        files.photos(f"seg_train/seg_train/{name}", [10 * i + place for i in range(8)])
        files.photos(f"seg_test/seg_test/{name}", [20000 + 10 * i + place for i in range(3)])
    files.photos("seg_pred/seg_pred", range(40000, 40006))


@layout(
    "kaggle street view: classes that differ in case alone, .Bmp, the same photos resized",
    {
        "train.table": "trainLabels.csv",
        "train.images": "train/{ID}.Bmp",
        "tasks.Class.classes": ["A", "B", "a", "b"],
        "test.images": "test/{ID}.Bmp",
        "submission.label": "Class",
    },
    n_train=32,
    n_test=6,
)
def _(files: Files) -> None:
    for folder in ("train", "trainResized"):
        files.photos(folder, range(1, 33), ".Bmp")
    for folder in ("test", "testResized"):
        files.photos(folder, range(6284, 6290), ".Bmp")
    files.table("trainLabels.csv", "ID,Class", beside(range(1, 33), turns("AbBa", 32)))
    files.table("sampleSubmission.csv", "ID,Class", [(i, "A") for i in range(6284, 6290)])


@layout(
    "kaggle restaurants: labels of a business, photos by a table between, one answer for all of them",
    {
        "train.table": "train_photo_to_biz_ids.csv",
        "train.join": [{"table": "train.csv", "on": "business_id"}],
        "train.images": "train_photos/{photo_id}.jpg",
        "train.group": "business_id",
        "tasks.labels.kind": "labels",
        "test.table": "test_photo_to_biz.csv",
        "submission.per": "business_id",
        "submission.separator": " ",
    },
    n_train=60,
    n_test=12,
)
def _(files: Files) -> None:
    files.photos("train_photos", range(100, 160))
    files.photos("test_photos", range(500, 512))
    files.table("train_photo_to_biz_ids.csv", "photo_id,business_id", [(100 + i, 1000 + i // 5) for i in range(60)])
    labels = turns(["1 2 4", "0 8", "1 2", "", "8", "0 1 2 4"], 12)
    files.table("train.csv", "business_id,labels", [(1000 + i, labels[i]) for i in range(12)])
    files.table("test_photo_to_biz.csv", "photo_id,business_id", [(500 + i, f"00{i // 4}x") for i in range(12)])
    files.table("sample_submission.csv", "business_id,labels", [(f"00{i}x", "1 2 4 8") for i in range(3)])


@layout(
    "kaggle galaxies: shares that add up to no one, samples called benchmarks",
    {
        "train.table": "training_solutions_rev1.csv",
        "train.images": "images_training_rev1/{GalaxyID}.jpg",
        "target": "separate",
        "tasks.Class1_1.kind": "number",
        "tasks.Class1_1.column": "Class1.1",
        "submission.sample": "all_ones_benchmark.csv",
    },
    n_train=40,
    n_test=5,
)
def _(files: Files) -> None:
    files.photos("images_training_rev1", range(100008, 100048))
    files.photos("images_test_rev1", range(200018, 200023))
    header = "GalaxyID,Class1.1,Class1.2,Class2.1,Class2.2"
    rows = [(100008 + i, *[round((i * 37 + k * 11) % 97 / 97, 6) for k in range(4)]) for i in range(40)]
    files.table("training_solutions_rev1.csv", header, rows)
    for name, value in (("all_ones_benchmark", 1), ("all_zeros_benchmark", 0), ("central_pixel_benchmark", 0.4)):
        files.table(f"{name}.csv", header, [(200018 + i, *[value] * 4) for i in range(5)])


@layout(
    "kaggle right whales: photos of both sides in one folder, a column for each whale",
    {
        "train.table": "train.csv",
        "train.images": "imgs/{Image}",
        "tasks.whaleID.column": "whaleID",
        "test.table": "sample_submission.csv",
        "test.images": "imgs/{Image}",
    },
    without=("submission.label",),
    n_train=32,
    n_test=5,
)
def _(files: Files) -> None:
    files.photos("imgs", [f"w_{i}" for i in range(37)])
    whales = ["whale_00195", "whale_00442", "whale_02411", "whale_02608"]
    files.table("train.csv", "Image,whaleID", [(f"w_{i}.jpg", whales[i % 4]) for i in range(32)])
    header = "Image," + ",".join(whales)
    files.table("sample_submission.csv", header, [(f"w_{i}.jpg", *[0.25] * 4) for i in range(32, 37)])


@layout(
    "kaggle plankton: class folders, a column for each, test photos by name",
    {
        "train.images": "train/*/*",
        "tasks.label.column": "folder",
        "test.table": "sampleSubmission.csv",
        "test.images": "test/{image}",
    },
    without=("submission.label",),
    n_train=24,
    n_test=5,
)
def _(files: Files) -> None:
    classes = ["acantharia_protist", "artifacts_edge", "copepod_calanoid"]
    for place, name in enumerate(classes):
        files.photos(f"train/{name}", [1000 * place + i for i in range(8)])
    files.photos("test", range(9000, 9005))
    header = "image," + ",".join(classes)
    files.table("sampleSubmission.csv", header, [(f"{i}.jpg", *[1 / 3] * 3) for i in range(9000, 9005)])


@layout(
    "kaggle faces: attributes of -1 and 1, the host's partition in a table of its own",
    {
        "train.table": "list_attr_celeba.csv",
        "train.images": "img_align_celeba/img_align_celeba/{image_id}",
        "tasks.label.kind": "labels",
        "tasks.label.classes": ["Attractive", "Bald", "Smiling", "Young"],
    },
    without=("test",),
    says=("list_eval_partition.csv looks like the host's own split", "rows: {partition: [...]}"),
    n_train=40,
)
def _(files: Files) -> None:
    names = [f"{i:06d}.jpg" for i in range(1, 41)]
    files.photos("img_align_celeba/img_align_celeba", [name[:-4] for name in names])
    rows = [(n, *[1 if i % (k + 2) == 0 else -1 for k in range(4)]) for i, n in enumerate(names)]
    files.table("list_attr_celeba.csv", "image_id,Attractive,Bald,Smiling,Young", rows)
    files.table("list_eval_partition.csv", "image_id,partition", beside(names, [i * 3 // 40 for i in range(40)]))
    files.table("list_bbox_celeba.csv", "image_id,x_1,y_1,width,height", [(n, 9, 8, 7, i) for i, n in enumerate(names)])


@layout(
    "kaggle traffic signs: paths with folders, boxes, a test table with labels, a table of pictograms",
    {
        "train.table": "Train.csv",
        "train.images": "{Path}",
        "tasks.ClassId.column": "ClassId",
        "test.table": "Test.csv",
        "test.images": "{Path}",
    },
    says=("never train",),
    n_train=30,
    n_test=6,
)
def _(files: Files) -> None:
    header = "Width,Height,Roi.X1,Roi.Y1,Roi.X2,Roi.Y2,ClassId,Path"
    rows = []
    for sign in range(3):
        for i in range(10):
            path = f"Train/{sign}/{sign:05d}_{i // 5:05d}_{i % 5:05d}.png"
            files.photo(path)
            rows.append((27 + i, 26 + sign, 5, 5, 22 + i, 20, sign, path))
    files.table("Train.csv", header, rows)
    files.photos("Test", ids("", 6, 0, 5), ".png")
    files.table("Test.csv", header, [(53, 54 + i, 6, 5, 48, 49, i % 3, f"Test/{i:05d}.png") for i in range(6)])
    files.photos("Meta", range(3), ".png")
    files.table(
        "Meta.csv", "Path,ClassId,ShapeId,ColorId,SignId", [(f"Meta/{i}.png", i, i % 2, 1, i) for i in range(3)]
    )


@layout(
    "kaggle bone ages: months, folders within folders, a test table of other columns",
    {
        "train.table": "boneage-training-dataset.csv",
        "train.images": "boneage-training-dataset/boneage-training-dataset/{id}.png",
        "tasks.boneage.kind": "number",
        "tasks.boneage.column": "boneage",
        "test.table": "boneage-test-dataset.csv",
        "test.images": "boneage-test-dataset/boneage-test-dataset/{Case ID}.png",
    },
    n_train=50,
    n_test=5,
)
def _(files: Files) -> None:
    files.photos("boneage-training-dataset/boneage-training-dataset", range(1377, 1427), ".png")
    files.photos("boneage-test-dataset/boneage-test-dataset", range(4360, 4365), ".png")
    rows = [(1377 + i, 12 + i * 7 % 216, i % 2 == 0) for i in range(50)]
    files.table("boneage-training-dataset.csv", "id,boneage,male", rows)
    files.table("boneage-test-dataset.csv", "Case ID,Sex", [(4360 + i, "MF"[i % 2]) for i in range(5)])


@layout(
    "kaggle fish: class folders of capitals, a test folder of stage 1",
    {
        "train.images": "train/*/*",
        "tasks.label.classes": ["ALB", "BET", "NoF"],
        "test.images": "test_stg1/{image}",
        "submission.sample": "sample_submission_stg1.csv",
    },
    without=("submission.label",),
    n_train=24,
    n_test=5,
)
def _(files: Files) -> None:
    for place, name in enumerate(("ALB", "BET", "NoF")):
        files.photos(f"train/{name}", [f"img_{place * 1000 + i:05d}" for i in range(8)])
    files.photos("test_stg1", [f"img_{i:05d}" for i in range(5000, 5005)])
    rows = [(f"img_{i:05d}.jpg", 0.45, 0.05, 0.5) for i in range(5000, 5005)]
    files.table("sample_submission_stg1.csv", "image,ALB,BET,NoF", rows)


@layout("kaggle ships: masks, no classes", refused="are masks on the photos")
def _(files: Files) -> None:
    files.photos("train_v2", ids("0001", 30))
    files.photos("test_v2", ids("00dc", 4))
    rows = []
    for i, name in enumerate(ids("0001", 30)):
        rows += [(f"{name}.jpg", f"{2640 + k + i} 17 {3380 + k} 20 41{i:02d} 9") for k in range(i % 3)] or [
            (f"{name}.jpg", "")
        ]
    files.table("train_ship_segmentations_v2.csv", "ImageId,EncodedPixels", rows)
    rows = [(f"{name}.jpg", "1 2") for name in ids("00dc", 4)]
    files.table("sample_submission_v2.csv", "ImageId,EncodedPixels", rows)


@layout("kaggle clouds: masks, ids of a photo and a class", refused="are masks on the photos")
def _(files: Files) -> None:
    names, kinds = ids("00", 20, 111), ("Fish", "Flower", "Gravel", "Sugar")
    files.photos("train_images", names)
    files.photos("test_images", ids("01", 4))
    rows = [
        (f"{n}.jpg_{kind}", f"{264918 + i} 937 {266318 + i} 937" if (i + k) % 2 else "")
        for i, n in enumerate(names)
        for k, kind in enumerate(kinds)
    ]
    files.table("train.csv", "Image_Label,EncodedPixels", rows)
    rows = [(f"{n}.jpg_{kind}", "1 1") for n in ids("01", 4) for kind in kinds]
    files.table("sample_submission.csv", "Image_Label,EncodedPixels", rows)


@layout("kaggle steel: masks of four classes", refused="are masks on the photos")
def _(files: Files) -> None:
    files.photos("train_images", ids("0002cc", 30))
    files.photos("test_images", ids("0000f2", 4))
    rows = [(f"{n}.jpg", 1 + i % 4, f"{29102 + i} 12 29346 24 29602 {24 + i}") for i, n in enumerate(ids("0002cc", 24))]
    files.table("train.csv", "ImageId,ClassId,EncodedPixels", rows)
    rows = [(f"{n}.jpg_{k}", "1 1") for n in ids("0000f2", 4) for k in range(1, 5)]
    files.table("sample_submission.csv", "ImageId_ClassId,EncodedPixels", rows)


@layout("kaggle pneumonia: boxes of opacities in dicom", refused="--sample none")
def _(files: Files) -> None:
    names = [f"{i * 7919:08x}-1a2b" for i in range(30)]
    for name in names:
        files.text(f"stage_2_train_images/{name}.dcm", name)
    for name in ids("9", 4):
        files.text(f"stage_2_test_images/{name}.dcm", name)
    rows = [
        (n, 264.0 + i, 152.0, 213.0, 379.0 + i, 1) if i % 3 == 0 else (n, "", "", "", "", 0)
        for i, n in enumerate(names)
    ]
    rows += [(names[0], 562.0, 152.0, 256.0, 453.0, 1)]
    files.table("stage_2_train_labels.csv", "patientId,x,y,width,height,Target", rows)
    kinds = ["Lung Opacity", "Normal", "No Lung Opacity / Not Normal"]
    files.table("stage_2_detailed_class_info.csv", "patientId,class", beside(names, turns(kinds, 30)))
    rows = [(n, "0.5 0 0 100 100") for n in ids("9", 4)]
    files.table("stage_2_sample_submission.csv", "patientId,PredictionString", rows)


@layout(
    "kaggle haemorrhages: a row for each photo and kind on both sides, in one id",
    {
        "train.table": "stage_2_train.csv",
        "train.images": "stage_2_train/{ID[:12]}.dcm",
        "test.images": "stage_2_test/*",
        "tasks.label.kind": "labels",
        "tasks.label.classes": ["any", "epidural", "intraparenchymal", "subdural"],
        "tasks.label.present": "Label",
        "submission.long": "{stem}_{label}",
    },
    n_train=30,
    n_test=4,
)
def _(files: Files) -> None:
    kinds = ("epidural", "intraparenchymal", "subdural", "any")
    train, test = [f"ID_{i * 7919:09x}" for i in range(1, 31)], [f"ID_{i * 104729:09x}" for i in range(1, 5)]
    for side, names in (("stage_2_train", train), ("stage_2_test", test)):
        for name in names:
            files.text(f"{side}/{name}.dcm", name)
    rows = [(f"{n}_{kind}", int((i + k) % 3 == 0)) for i, n in enumerate(train) for k, kind in enumerate(kinds)]
    files.table("stage_2_train.csv", "ID,Label", rows)
    files.table("stage_2_sample_submission.csv", "ID,Label", [(f"{n}_{kind}", 0.5) for n in test for kind in kinds])


@layout(
    "kaggle plant traits: the sample asks for X4, train has X4_mean and X4_sd among features of both sides",
    refused="--label 'X4_mean' --label 'X11_mean'",
)
def _(files: Files) -> None:
    files.photos("train_images", range(100, 140), ".jpeg")
    files.photos("test_images", range(900, 905), ".jpeg")
    header = "id,WORLDCLIM_BIO1,SOIL_clay,MODIS_b1,X4_mean,X11_mean,X4_sd,X11_sd"
    rows = [
        (100 + i, 12 + i % 7, 300 + i, 21 + i % 9, 0.4 + i / 97, 11 + i * 0.31, 0.01 + i / 999, 0.2) for i in range(40)
    ]
    files.table("train.csv", header, rows)
    files.table("test.csv", "id,WORLDCLIM_BIO1,SOIL_clay,MODIS_b1", [(900 + i, 12 + i, 300, 21) for i in range(5)])
    files.table("sample_submission.csv", "id,X4,X11", [(900 + i, 0.5, 11.1) for i in range(5)])


@layout(
    "kaggle sea floor: lists as python writes them, a key of categories beside",
    refused="--sample none",
)
def _(files: Files) -> None:
    files.photos("images", [f"{i:08x}-4acc" for i in range(34)], ".png")
    cells = turns(['"[1.0, 2.0]"', '"[2.0]"', '"[1.0]"', '"[3.0, 1.0]"', '"[3.0]"'], 30)
    files.table(
        "multilabel_classification/train.csv", "id,categories", [(f"{i:08x}-4acc", cells[i]) for i in range(30)]
    )
    files.table(
        "category_key.csv",
        "id,name,supercat",
        [(1, "Actiniaria", "Anemone"), (2, "Gastropoda", "Gastropod"), (3, "Ray", "Fish")],
    )
    files.table("sample_submission.csv", "id,categories,osd", [(f"{i:08x}-4acc", "1 2 3", 0.5) for i in range(30, 34)])


@layout(
    "kaggle strokes: answers for patients, of whom the test rows that are shown have one photo each",
    {
        "train.images": "train/{image_id}.tif",
        "train.group": "patient_id",
        "tasks.label.column": "label",
        "test.table": "test.csv",
        "submission.id": "patient_id",
        "submission.per": "patient_id",
    },
    without=("submission.label",),
    says=("other.csv",),
    n_train=36,
    n_test=4,
)
def _(files: Files) -> None:
    rows = [
        (f"{p * 7919:06x}_{k}", 1 + p % 11, f"{p * 7919:06x}", k, ["CE", "LAA"][p % 2])
        for p in range(18)
        for k in (0, 1)
    ]
    files.photos("train", [row[0] for row in rows], ".tif")
    files.photos("test", [f"00{p}_0" for p in range(4)], ".tif")
    files.photos("other", [f"ff{p}_0" for p in range(5)], ".tif")
    files.table("train.csv", "image_id,center_id,patient_id,image_num,label", rows)
    files.table(
        "other.csv", "image_id,patient_id,image_num,label", [(f"ff{p}_0", f"ff{p}", 0, "Unknown") for p in range(5)]
    )
    files.table(
        "test.csv", "image_id,center_id,patient_id,image_num", [(f"00{p}_0", 11, f"00{p}", 0) for p in range(4)]
    )
    files.table("sample_submission.csv", "patient_id,CE,LAA", [(f"00{p}", 0.5, 0.5) for p in range(4)])


@layout(
    "kaggle ovaries: thumbnails beside slides that are not there, one test photo",
    {
        "train.images": "train_thumbnails/{image_id}_thumbnail.png",
        "test.images": "test_thumbnails/{image_id}_thumbnail.png",
        "tasks.label.classes": ["CC", "EC", "HGSC"],
    },
    n_train=30,
    n_test=1,
)
def _(files: Files) -> None:
    files.photos("train_thumbnails", [f"{4 + 7 * i}_thumbnail" for i in range(30)], ".png")
    files.photos("test_thumbnails", ["41_thumbnail"], ".png")
    rows = [(4 + 7 * i, ["HGSC", "CC", "EC"][i % 3], 23785 + i, 20008, False) for i in range(30)]
    files.table("train.csv", "image_id,label,image_width,image_height,is_tma", rows)
    files.table("test.csv", "image_id,image_width,image_height", [(41, 28469, 16987)])
    files.table("sample_submission.csv", "image_id,label", [(41, "HGSC")])


@layout(
    "kaggle proteins: hardly two photos of the same labels, ids of five parts, another name of the answers",
    {
        "train.images": "train/{Id}_red.png",
        "photos.bands": ["_red", "_green", "_blue", "_yellow"],
        "tasks.Target.kind": "labels",
        "submission.label": "Predicted",
        "submission.separator": " ",
    },
    says=("a file for each: _red, _green, _blue, _yellow",),
    n_train=30,
    n_test=4,
)
def _(files: Files) -> None:
    train, test = ([f"{k + i * 7919:08x}-bbba-11e8-b2ba-ac1f6b6435d0" for i in range(n)] for k, n in ((1, 30), (2, 4)))
    for side, names in (("train", train), ("test", test)):
        for name in names:
            files.photos(side, [f"{name}_{colour}" for colour in ("red", "green", "blue", "yellow")], ".png")
    cells = [" ".join(map(str, sorted({i % 28, i * 5 % 28, i * 11 % 13}))) for i in range(30)]
    files.table("train.csv", "Id,Target", beside(train, cells))
    files.table("sample_submission.csv", "Id,Predicted", [(name, 0) for name in test])


# Dacon


@layout(
    "dacon wallpaper: class folders in Korean, test ids beside paths",
    {
        "train.images": "train/*/*",
        "tasks.label.classes": ["가구수정", "걸레받이수정", "곰팡이", "훼손"],
        "test.table": "test.csv",
        "test.images": "{img_path}",
        "submission.id": "id",
        "submission.label": "label",
    },
    n_train=32,
    n_test=5,
)
def _(files: Files) -> None:
    for place, name in enumerate(("훼손", "곰팡이", "걸레받이수정", "가구수정")):
        files.photos(f"train/{name}", range(8 + place - place), ".png")
    files.photos("test", ids("", 5, 0, 3), ".png")
    files.table("test.csv", "id,img_path", [(f"TEST_{i:03d}", f"./test/{i:03d}.png") for i in range(5)], "utf-8-sig")
    files.table("sample_submission.csv", "id,label", [(f"TEST_{i:03d}", "가구수정") for i in range(5)], "utf-8-sig")


@layout(
    "dacon letters: 26 labels, numbers without the zeros that the files have in front",
    {
        "train.table": "dirty_mnist_2nd_answer.csv",
        "tasks.label.kind": "labels",
        "test.table": "sample_submission.csv",
        "submission.id": "index",
    },
    without=("submission.label",),
    n_train=40,
    n_test=5,
)
def _(files: Files) -> None:
    letters = "abcdefgh"
    files.photos("dirty_mnist_2nd", ids("", 40, 0, 5), ".png")
    files.photos("test_dirty_mnist_2nd", ids("", 5, 50000, 5), ".png")
    rows = [(i, *[int((i * (k + 3)) % 5 < 2) for k in range(8)]) for i in range(40)]
    files.table("dirty_mnist_2nd_answer.csv", "index," + ",".join(letters), rows)
    files.table("sample_submission.csv", "index," + ",".join(letters), [(50000 + i, *[0] * 8) for i in range(5)])


@layout(
    "dacon breast cancer: Korean columns, masks beside the photos, features on both sides",
    {
        "train.table": "train.csv",
        "train.images": "{img_path}",
        "tasks.N_category.column": "N_category",
        "test.table": "test.csv",
        "test.images": "{img_path}",
        "submission.id": "ID",
        "submission.label": "N_category",
    },
    n_train=40,
    n_test=5,
)
def _(files: Files) -> None:
    names, test = ids("BC_01_", 40), ids("BC_01_", 5, 11)
    test = [f"BC_02_{i:04d}" for i in range(5)]
    files.photos("train_imgs", names, ".png")
    files.photos("train_masks", names[:8], ".png")
    files.photos("test_imgs", test, ".png")
    rows = [
        (
            n,
            f"./train_imgs/{n}.png",
            f"./train_masks/{n}.png" if i < 8 else "-",
            40 + i % 31,
            f"20{i % 20:02d}-01-0{1 + i % 9}",
            turns([1, 2], 40)[i],
            turns([19, 22, 4.5, ""], 40)[i],
            int(i % 5 in (1, 2)),
        )
        for i, n in enumerate(names)
    ]
    files.table("train.csv", "ID,img_path,mask_path,나이,수술연월일,진단명,암의 장경,N_category", rows, "utf-8-sig")
    rows = [(n, f"./test_imgs/{n}.png", 50 + i, "2015-01-01", 1 + i % 2, 12) for i, n in enumerate(test)]
    files.table("test.csv", "ID,img_path,나이,수술연월일,진단명,암의 장경", rows, "utf-8-sig")
    files.table("sample_submission.csv", "ID,N_category", [(n, 0) for n in test])


@layout(
    "dacon buildings: two views in a folder for each id, probabilities with an ending",
    {
        "train.table": "train.csv",
        "train.images": "train/{id}/*",
        "train.group": "id",
        "tasks.label.column": "label",
        "submission.per": "id",
    },
    without=("submission.label",),
    n_train=40,
    n_test=8,
)
def _(files: Files) -> None:
    for side, prefix, count in (("train", "TRAIN_", 20), ("test", "TEST_", 4)):
        for name in ids(prefix, count):
            files.photos(f"{side}/{name}", ["front", "top"], ".png")
            if side == "train":
                files.text(f"{side}/{name}/simulation.mp4", "x")
    files.table("train.csv", "id,label", beside(ids("TRAIN_", 20), turns(["stable", "unstable"], 20)))
    files.table("sample_submission.csv", "id,unstable_prob,stable_prob", [(n, 0.6, 0.4) for n in ids("TEST_", 4)])


# AI Stages


@layout("ai stages waste: annotations of boxes, answers of boxes", refused="--sample none")
def _(files: Files) -> None:
    files.photos("train", ids("", 30))
    files.photos("test", ids("", 5))
    images = [{"id": i, "width": 8, "height": 8, "file_name": f"train/{i:04d}.jpg"} for i in range(30)]
    boxes = [
        {"id": k, "image_id": k // 2, "category_id": k % 3, "bbox": [1, 1, 3 + k % 4, 4], "area": 9, "iscrowd": 0}
        for k in range(60)
    ]
    names = [{"id": i, "name": name, "supercategory": name} for i, name in enumerate(("Paper", "Glass", "Metal"))]
    files.text("train.json", json.dumps({"info": {}, "images": images, "categories": names, "annotations": boxes}))
    images = [{"id": i, "width": 8, "height": 8, "file_name": f"test/{i:04d}.jpg"} for i in range(5)]
    files.text("test.json", json.dumps({"info": {}, "images": images, "categories": names, "annotations": []}))
    rows = [("0 0.9 1 1 3 3", f"test/{i:04d}.jpg") for i in range(5)]
    files.table("sample_submission/submission_ensemble.csv", "PredictionString,image_id", rows)


@layout(
    "ai stages bones: folders of people, two hands each, a table of the people",
    refused="--label folder",
)
def _(files: Files) -> None:
    for i in range(1, 13):
        files.photos(f"train/DCM/ID{i:03d}", [f"image{1661130828152 + i * 10 + k}_{'LR'[k]}" for k in range(2)], ".png")
        for k in range(2):
            files.text(f"train/outputs_json/ID{i:03d}/image{1661130828152 + i * 10 + k}_{'LR'[k]}.json", "{}")
    for i in range(40, 43):
        files.photos(f"test/DCM/ID{i:03d}", [f"image{1661319116107 + i * 10 + k}" for k in range(2)], ".png")


# Signate


@layout(
    "signate lemons: class numbers, a sample without header",
    {
        "train.table": "train_images.csv",
        "train.images": "train_images/{id}",
        "tasks.class_num.classes": ["0", "1", "2", "3"],
        "test.images": "test_images/{1}",
        "submission.header": False,
        "submission.id": "1",
        "submission.label": "2",
    },
    n_train=32,
    n_test=5,
)
def _(files: Files) -> None:
    files.photos("train_images", ids("train_", 32))
    files.photos("test_images", ids("test_", 5))
    files.table("train_images.csv", "id,class_num", [(f"{n}.jpg", i % 4) for i, n in enumerate(ids("train_", 32))])
    files.table("test_images.csv", "id", [(f"{n}.jpg",) for n in ids("test_", 5)])
    files.table("sample_submit.csv", None, [(f"{n}.jpg", i % 4) for i, n in enumerate(ids("test_", 5))])


@layout(
    "signate dishes: labelled photos in two folders, more without labels, tsv without headers in the sample",
    {
        "train.table": "clf_train_master.tsv",
        "train.images": "clf_train_images_labeled_*/{file_name}",
        "tasks.category_id.column": "category_id",
        "test.images": "clf_test_images/{1}",
        "submission.header": False,
        "submission.label": "2",
    },
    says=("clf_train_images_unlabeled",),
    n_train=40,
    n_test=6,
)
def _(files: Files) -> None:
    names = [f"clf_train_{i}" for i in range(40)]
    files.photos("clf_train_images_labeled_1", names[:20])
    files.photos("clf_train_images_labeled_2", names[20:])
    files.photos("clf_train_images_unlabeled", [f"clf_unlabeled_{i}" for i in range(9)])
    files.photos("clf_test_images", [f"clf_test_{i}" for i in range(6)])
    rows = [(f"{n}.jpg", i % 5) for i, n in enumerate(names)]
    files.table("clf_train_master.tsv", "file_name,category_id", rows, separator="\t")
    files.table(
        "clf_category_master.tsv",
        "category_id,category_name",
        list(enumerate(["ソバ", "寿司", "天丼", "うどん", "餃子"])),
        "utf-8",
        "\t",
    )
    files.table("clf_sample_submit.tsv", None, [(f"clf_test_{i}.jpg", 0) for i in range(6)], separator="\t")


@layout(
    "signate castings: flag, a headerless tsv on both sides",
    {
        "train.table": "train.tsv",
        "train.header": False,
        "train.images": "train/{1}",
        "tasks.label.column": "2",
        "tasks.label.classes": ["0", "1"],
        "test.images": "test/{1}",
        "submission.header": False,
    },
    n_train=30,
    n_test=5,
)
def _(files: Files) -> None:
    files.photos("train", ids("train_", 30), ".png")
    files.photos("test", ids("test_", 5), ".png")
    files.table(
        "train.tsv", None, [(f"{n}.png", int(i % 3 == 0)) for i, n in enumerate(ids("train_", 30))], separator="\t"
    )
    files.table("sample_submit.tsv", None, [(f"{n}.png", 0) for n in ids("test_", 5)], separator="\t")


# Nishika


@layout(
    "nishika apples: file names, numbers of illnesses, the sample alone names the test photos",
    {
        "train.table": "train.csv",
        "train.images": "train/{image_id}.jpg",
        "tasks.label.classes": ["0", "1", "2"],
        "test.table": "sample_submission.csv",
        "test.images": "test/{image_id}.jpg",
        "submission.label": "label",
    },
    n_train=30,
    n_test=5,
)
def _(files: Files) -> None:
    files.photos("train", ids("apple_", 30))
    files.photos("test", ids("apple_", 5, 600))
    files.table("train.csv", "image_id,label", [(n, i % 3) for i, n in enumerate(ids("apple_", 30))])
    files.table("sample_submission.csv", "image_id,label", [(n, 0) for n in ids("apple_", 5, 600)])


@layout(
    "nishika characters: images and labels, ids counted, shift-jis",
    {
        "train.table": "train.csv",
        "train.images": "train_images/{file_name}",
        "tasks.label.classes": ["い", "は", "ろ"],
        "test.table": "test.csv",
        "test.images": "test_images/{file_name}",
        "submission.id": "id",
        "submission.label": "label",
    },
    n_train=30,
    n_test=5,
)
def _(files: Files) -> None:
    files.photos("train_images", [f"tr_{i * 7919:06x}" for i in range(30)], ".png")
    files.photos("test_images", [f"te_{i * 7919:06x}" for i in range(5)], ".png")
    rows = [(i, f"tr_{i * 7919:06x}.png", "いろは"[i % 3]) for i in range(30)]
    files.table("train.csv", "id,file_name,label", rows, "cp932")
    files.table("test.csv", "id,file_name", [(30 + i, f"te_{i * 7919:06x}.png") for i in range(5)])
    files.table("sample_submission.csv", "id,label", [(30 + i, "い") for i in range(5)], "cp932")


# HackerEarth


@layout(
    "hackerearth snakes: ids without ending, breeds, everything in dataset/",
    {
        "train.table": "dataset/train.csv",
        "train.images": "dataset/train/{image_id}.jpg",
        "tasks.breed.column": "breed",
        "test.table": "dataset/test.csv",
        "test.images": "dataset/test/{image_id}.jpg",
        "submission.sample": "dataset/sample_submission.csv",
        "submission.label": "breed",
    },
    n_train=30,
    n_test=5,
)
def _(files: Files) -> None:
    names, test = [f"{i * 104729:010x}" for i in range(1, 31)], [f"{i * 1299709:010x}" for i in range(1, 6)]
    files.photos("dataset/train", names)
    files.photos("dataset/test", test)
    breeds = turns(["agkistrodon-contortrix", "crotalus-atrox", "nerodia-sipedon"], 30)
    files.table("dataset/train.csv", "image_id,breed", beside(names, breeds))
    files.table("dataset/test.csv", "image_id", [(n,) for n in test])
    files.table("dataset/sample_submission.csv", "image_id,breed", [(n, "nerodia-sipedon") for n in test])


@layout(
    "hackerearth animals: columns of attributes, names of photos in another case of letters",
    {
        "train.table": "meta-data/train.csv",
        "train.images": "train/{Image_name}",
        "tasks.label.kind": "labels",
        "test.table": "meta-data/test.csv",
        "test.images": "test/{Image_name}",
    },
    without=("submission.label",),
    n_train=40,
    n_test=5,
)
def _(files: Files) -> None:
    files.photos("train", [f"Image-{i}" for i in range(1, 41)])
    files.photos("test", [f"Image-{i}" for i in range(101, 106)])
    flags = ",".join(f"attrib_{k:02d}" for k in range(1, 7))
    rows = [(f"Image-{i}.jpg", *[int(i * (k + 2) % 7 < 3) for k in range(6)]) for i in range(1, 41)]
    files.table("meta-data/train.csv", f"Image_name,{flags}", rows)
    files.table("meta-data/test.csv", "Image_name", [(f"Image-{i}.jpg",) for i in range(101, 106)])
    rows = [(f"Image-{i}.jpg", *[0] * 6) for i in range(101, 106)]
    files.table("meta-data/sample_submission.csv", f"Image_name,{flags}", rows)


@layout(
    "hackerearth chests: a row id beside the photo, classes as words, the sample has other rows",
    {
        "train.table": "train.csv",
        "train.images": "train_/{image_name}",
        "tasks.detected.column": "detected",
        "test.table": "test.csv",
        "test.images": "test_/{image_name}",
        "submission.id": "row_id",
        "submission.label": "detected",
    },
    n_train=40,
    n_test=5,
)
def _(files: Files) -> None:
    files.photos("train_", [f"scan_{i:04d}" for i in range(40)], ".png")
    files.photos("test_", [f"scan_{i:05d}" for i in range(900, 905)], ".png")
    views = turns(["AP", "PA"], 40)
    rows = [(f"id_{i}", 20 + i, "MF"[i % 2], views[i], f"scan_{i:04d}.png", f"class_{i % 4}") for i in range(40)]
    files.table("train.csv", "row_id,age,gender,view_position,image_name,detected", rows)
    rows = [(f"id_{i}", 30, "M", "AP", f"scan_{i:05d}.png") for i in range(900, 905)]
    files.table("test.csv", "row_id,age,gender,view_position,image_name", rows)
    files.table("sample_submission.csv", "row_id,detected", [(f"id_{i}", "class_3") for i in range(900, 905)])


@layout(
    "hackerearth dances: the sample shows half of the test rows",
    {
        "train.images": "dataset/train/{Image}",
        "test.table": "dataset/test.csv",
        "test.images": "dataset/test/{Image}",
        "submission.id": "Image",
        "submission.label": "target",
    },
    without=("submission.sample",),
    says=("shows 5 of the 10 test rows: the file to send has all",),
    n_train=30,
    n_test=10,
)
def _(files: Files) -> None:
    files.photos("dataset/train", range(30))
    files.photos("dataset/test", range(600, 610))
    dances = turns(["manipuri", "bharatanatyam", "odissi"], 30)
    files.table("dataset/train.csv", "Image,target", [(f"{i}.jpg", dances[i]) for i in range(30)])
    files.table("dataset/test.csv", "Image", [(f"{i}.jpg",) for i in range(600, 610)])
    files.table("dataset/sample_submission.csv", "Image,target", [(f"{i}.jpg", "odissi") for i in range(600, 605)])


# Analytics Vidhya


@layout(
    "analytics vidhya digits: Images/train and Images/test, letters behind the names",
    {
        "train.table": "Train_UQcUa52/train.csv",
        "train.images": "Train_UQcUa52/Images/train/{filename}",
        "tasks.label.column": "label",
        "test.table": "Test_fCbTej3.csv",
        "test.images": "Train_UQcUa52/Images/test/{filename}",
        "submission.sample": "Sample_Submission_lxuyBuB.csv",
    },
    n_train=30,
    n_test=5,
)
def _(files: Files) -> None:
    files.photos("Train_UQcUa52/Images/train", range(30), ".png")
    files.photos("Train_UQcUa52/Images/test", range(49000, 49005), ".png")
    files.table("Train_UQcUa52/train.csv", "filename,label", [(f"{i}.png", i % 10) for i in range(30)])
    files.table("Test_fCbTej3.csv", "filename", [(f"{i}.png",) for i in range(49000, 49005)])
    files.table("Sample_Submission_lxuyBuB.csv", "filename,label", [(f"{i}.png", 4) for i in range(49000, 49005)])


@layout(
    "analytics vidhya faces: how many heads, a table of boxes beside",
    {
        "train.table": "train_HNzkrPW/train.csv",
        "train.images": "train_HNzkrPW/image_data/{Name}",
        "tasks.HeadCount.kind": "number",
        "test.table": "test_Rj9YEaI.csv",
        "test.images": "train_HNzkrPW/image_data/{Name}",
        "submission.label": "HeadCount",
    },
    n_train=60,
    n_test=5,
)
def _(files: Files) -> None:
    files.photos("train_HNzkrPW/image_data", range(10001, 10066))
    files.table("train_HNzkrPW/train.csv", "Name,HeadCount", [(f"{10001 + i}.jpg", 1 + i * 7 % 24) for i in range(60)])
    rows = [(f"{10001 + i // 2}.jpg", 612, 408, 192 + i, 199, 230, 235) for i in range(120)]
    files.table("train_HNzkrPW/bbox_train.csv", "Name,width,height,xmin,ymin,xmax,ymax", rows)
    files.table("test_Rj9YEaI.csv", "Name", [(f"{10061 + i}.jpg",) for i in range(5)])
    files.table("sample_submission_6oZ2rOT.csv", "Name,HeadCount", [(f"{10061 + i}.jpg", 1) for i in range(5)])


# DrivenData


@layout(
    "drivendata melanoma: metadata of both sides, slides as tif, relapses with a point",
    {
        "train.table": "train_labels.csv",
        "train.images": "train/{filename}",
        "tasks.relapse.classes": ["0", "1"],
        "test.table": "test_metadata.csv",
        "test.images": "test/{filename}",
        "submission.id": "filename",
        "submission.label": "relapse",
        "submission.probability_of": "1",
    },
    n_train=30,
    n_test=4,
)
def _(files: Files) -> None:
    files.photos("train", ids("1u", 30), ".tif")
    files.photos("test", ids("2u", 4), ".tif")
    header = "filename,age,sex,body_site,melanoma_history,breslow,ulceration"
    meta = [
        (f"{n}.tif", "[54:56[", 1 + i % 2, turns(["trunk", "arm", ""], 30)[i], "YES", "<0.8", "NO")
        for i, n in enumerate(ids("1u", 30))
    ]
    files.table("train_metadata.csv", header, meta)
    files.table(
        "train_labels.csv", "filename,relapse", [(f"{n}.tif", int(i % 4 == 0)) for i, n in enumerate(ids("1u", 30))]
    )
    files.table(
        "test_metadata.csv",
        "filename,age,sex,body_site,melanoma_history",
        [(f"{n}.tif", "[30:32[", 1, "arm", "NO") for n in ids("2u", 4)],
    )
    files.table("submission_format.csv", "filename,relapse", [(f"{n}.tif", 0.5) for n in ids("2u", 4)])


@layout(
    "drivendata belugas: one metadata table with paths, whales and encounters, no test",
    {
        "train.table": "metadata.csv",
        "train.images": "{path}",
        "train.group": "encounter_id",
        "tasks.whale_id.column": "whale_id",
    },
    without=("test",),
    n_train=60,
)
def _(files: Files) -> None:
    rows = []
    for i in range(60):
        files.photo(f"images/train{i:04d}.jpg")
        rows.append(
            (
                f"train{i:04d}",
                turns(["top", "left", "right"], 60)[i],
                f"2017-08-0{1 + i % 7}",
                f"images/train{i:04d}.jpg",
                463 + i,
                150,
                f"whale{i // 4 % 5:03d}",
                f"whale{i // 4 % 5:03d}-{i // 4:03d}",
            )
        )
    files.table("metadata.csv", "image_id,viewpoint,date,path,height,width,whale_id,encounter_id", rows)


# Zindi


@layout(
    "zindi masks: photos of both sides in one folder, a probability that the sample shows as 0",
    {
        "train.table": "train_labels.csv",
        "train.images": "images/{image}",
        "tasks.label.classes": ["0", "1"],
        "test.table": "sample_sub_v2.csv",
        "test.images": "images/{image}",
        "submission.id": "image",
        "submission.label": "target",
    },
    n_train=30,
    n_test=5,
)
def _(files: Files) -> None:
    names = [f"{i * 7919 % 2**24:024x}" for i in range(1, 36)]
    files.photos("images", names)
    files.table("train_labels.csv", "image,target", [(f"{n}.jpg", i % 2) for i, n in enumerate(names[:30])])
    files.table("sample_sub_v2.csv", "image,target", [(f"{n}.jpg", 0) for n in names[30:]])


@layout(
    "zindi signs: ids without ending, class columns with slashes and spaces",
    {
        "train.table": "Train.csv",
        "train.images": "Images/{img_IDS}.jpg",
        "tasks.Label.column": "Label",
        "test.table": "Test.csv",
        "test.images": "Images/{img_IDS}.jpg",
        "submission.id": "img_IDS",
    },
    without=("submission.label",),
    n_train=32,
    n_test=5,
)
def _(files: Files) -> None:
    signs = ["Church", "Enough/Satisfied", "Me", "Temple or Mosque"]
    files.photos("Images", ids("ID_", 37))
    files.table("Train.csv", "img_IDS,Label", beside(ids("ID_", 32), turns(signs, 32)))
    files.table("Test.csv", "img_IDS", [(n,) for n in ids("ID_", 5, 32)])
    files.table("SampleSubmission.csv", "img_IDS," + ",".join(signs), [(n, 0, 0, 0, 0) for n in ids("ID_", 5, 32)])


@layout(
    "zindi mines: tif of six bands, a class of 0 and 1",
    {
        "train.table": "Train.csv",
        "train.images": "images/{ID}.tif",
        "tasks.class.classes": ["0", "1"],
        "test.table": "SampleSubmission.csv",
        "photos.channels": 6,
        "photos.range": "auto",
    },
    n_train=24,
    n_test=4,
)
def _(files: Files) -> None:
    (files.root / "images").mkdir(parents=True)
    for i, name in enumerate(ids("ID_", 28)):
        values = np.full((8, 8, 6), i / 30, dtype=np.float32)
        tifffile.imwrite(files.root / f"images/{name}.tif", values, photometric="minisblack", planarconfig="contig")
    files.table("Train.csv", "ID,class", [(n, i % 2) for i, n in enumerate(ids("ID_", 24))])
    files.table("SampleSubmission.csv", "ID,class", [(n, 0) for n in ids("ID_", 4, 24)])


# ProbSpace, iFLYTEK, DataFountain


@layout("probspace religious paintings: photos and labels in npz, a csv of answers", refused="readers.py")
def _(files: Files) -> None:
    files.arrays("christ-train-imgs.npz", arr_0=(654, 8, 8, 3))
    files.arrays("christ-train-labels.npz", arr_0=(654,))
    files.arrays("christ-test-imgs.npz", arr_0=(497, 8, 8, 3))
    files.table("christ-sample-submission.csv", "id,y", [(i, 0) for i in range(1, 5)])


@layout(
    "iflytek drivers: a table of uuids and class numbers in gbk, a Chinese sample",
    {
        "train.table": "train.csv",
        "train.images": "train/{uuid}.png",
        "tasks.label.column": "label",
        "test.table": "提交示例.csv",
        "test.images": "test/{uuid}.png",
        "submission.id": "uuid",
        "submission.label": "label",
    },
    n_train=30,
    n_test=5,
)
def _(files: Files) -> None:
    files.photos("train", [f"{i * 7919:08x}" for i in range(1, 31)], ".png")
    files.photos("test", [f"{i * 1299709:08x}" for i in range(1, 6)], ".png")
    files.table("train.csv", "uuid,label", [(f"{i * 7919:08x}", i % 5) for i in range(1, 31)], "gbk")
    files.table("提交示例.csv", "uuid,label", [(f"{i * 1299709:08x}", 0) for i in range(1, 6)], "gbk")


@layout(
    "iflytek faces: class folders in Chinese places, names and labels in the sample",
    {
        "train.images": "人脸表情识别/train/*/*",
        "tasks.label.classes": ["angry", "disgusted", "fearful", "happy"],
        "test.images": "人脸表情识别/test/{name}",
        "submission.id": "name",
        "submission.label": "label",
    },
    n_train=30,
    n_test=5,
)
def _(files: Files) -> None:
    for name in ("angry", "disgusted", "fearful", "happy"):
        files.photos(f"人脸表情识别/train/{name}", [f"im{i}" for i in range(len(name) + 1)], ".png")
    files.photos("人脸表情识别/test", [f"{i:05d}" for i in range(1, 6)], ".png")
    files.table("人脸表情识别/submit_sample.csv", "name,label", [(f"{i:05d}.png", "angry") for i in range(1, 6)])


@layout(
    "datafountain clouds: lists of codes between semicolons",
    {
        "train.table": "Train_label.csv",
        "train.images": "Train/{FileName}",
        "tasks.Code.kind": "labels",
        "tasks.Code.separator": ";",
        "test.table": "submit_example_3.csv",
        "test.images": "Test/{FileName}",
        "submission.label": "Code",
        "submission.separator": ";",
    },
    n_train=40,
    n_test=5,
)
def _(files: Files) -> None:
    files.photos("Train", [f"{i:08x}" for i in range(40)])
    files.photos("Test", [f"{i:08x}" for i in range(700, 705)])
    codes = turns(["1", "12", "3;12", "29", "7", "1;7", "3", "29;3"], 40)
    files.table("Train_label.csv", "FileName,Code", [(f"{i:08x}.jpg", codes[i]) for i in range(40)])
    files.table("submit_example_3.csv", "FileName,Code", [(f"{i:08x}.jpg", "1;7") for i in range(700, 705)])


@layout(
    "datafountain waste: a note beside each photo says its class",
    {"train.table": "train_data/*.txt", "train.header": False, "tasks.label.column": "2"},
    n_train=30,
)
def _(files: Files) -> None:
    for i in range(30):
        files.photo(f"train_data/img_{i}.jpg")
        files.text(f"train_data/img_{i}.txt", f"img_{i}.jpg, {i % 5}")
    files.text("classify_rule.json", json.dumps({"waste": ["plastic", "paper", "battery", "food", "glass"]}))


# Stanford


@layout(
    "stanford products: lists with spaces and a header, classes of train and of test differ",
    {
        "train.table": "Ebay_train.txt",
        "train.images": "{path}",
        "tasks.class_id.column": "class_id",
        "test.table": "Ebay_test.txt",
    },
    says=("never train", "super_class_id"),
    n_train=40,
    n_test=12,
)
def _(files: Files) -> None:
    for side, start in (("train", 0), ("test", 100)):
        rows = []
        for i in range(40 if side == "train" else 12):
            place, thing = ("bicycle", "cabinet")[i // 20 % 2], start + i // 4
            path = f"{place}_final/{111085122871 + thing}_{i % 4}.JPG"
            files.photo(path)
            rows.append((start * 10 + i + 1, thing + 1, ("bicycle", "cabinet").index(place) + 1, path))
        files.table(f"Ebay_{side}.txt", "image_id,class_id,super_class_id,path", rows, separator=" ")


@layout(
    "stanford x-rays: paths of patients, 1, 0, -1 and nothing for each finding",
    refused="hold 1, 0, -1 and gaps",
)
def _(files: Files) -> None:
    header = "Path,Sex,Age,Frontal/Lateral,AP/PA,No Finding,Edema,Fracture"
    for side, start, count in (("train", 1, 40), ("valid", 64541, 6)):
        rows = []
        for i in range(count):
            path = f"CheXpert-v1.0-small/{side}/patient{start + i // 2:05d}/study1/view{i % 2 + 1}_frontal.jpg"
            files.photo(path)
            flags = turns([("1.0", "", ""), ("", "1.0", "-1.0"), ("", "0.0", "1.0"), ("", "-1.0", "")], count)[i]
            rows.append((path, turns(["Male", "Female"], count)[i], 40 + i, "Frontal", "AP", *flags))
        files.table(f"CheXpert-v1.0-small/{side}.csv", header, rows)


@layout(
    "stanford actions: names begin with the action, lists of the host's own split",
    {
        "train.table": "ImageSplits/train.txt",
        "train.images": "JPEGImages/{1}",
        "tasks.label.column": "file",
        "tasks.label.classes": ["applauding", "blowing_bubbles", "cooking"],
        "test.table": "ImageSplits/test.txt",
    },
    n_train=21,
    n_test=9,
)
def _(files: Files) -> None:
    for name in ("applauding", "blowing_bubbles", "cooking"):
        names = [f"{name}_{i:03d}.jpg" for i in range(1, 11)]
        files.photos("JPEGImages", [one[:-4] for one in names])
        files.text(f"ImageSplits/{name}_train.txt", "\n".join(names[:7]) + "\n")
        files.text(f"ImageSplits/{name}_test.txt", "\n".join(names[7:]) + "\n")
    every = [f"{name}_{i:03d}.jpg" for name in ("applauding", "blowing_bubbles", "cooking") for i in range(1, 11)]
    files.text("ImageSplits/train.txt", "\n".join(one for one in every if int(one[-7:-4]) < 8) + "\n")
    files.text("ImageSplits/test.txt", "\n".join(one for one in every if int(one[-7:-4]) >= 8) + "\n")
    files.text("ImageSplits/actions.txt", "applauding\nblowing_bubbles\ncooking\n")


@layout(
    "stanford dogs: class folders, lists that only matlab reads",
    {"train.images": "Images/*/*", "tasks.label.column": "folder"},
    without=("test",),
    says=("mat",),
    n_train=24,
)
def _(files: Files) -> None:
    for place, breed in enumerate(("n02085620-Chihuahua", "n02085782-Japanese_spaniel", "n02085936-Maltese_dog")):
        files.photos(f"Images/{breed}", [f"{breed[:9]}_{10 + i + place * 100}" for i in range(8)])
    for name in ("train_list", "test_list", "file_list"):
        files.text(f"lists/{name}.mat", "MATLAB 5.0 MAT-file")


# ISIC


@layout(
    "isic archive: photos beside metadata.csv, a diagnosis among ten columns",
    {
        "train.table": "metadata.csv",
        "train.images": "{isic_id}.jpg",
        "train.group": "patient_id",
        "tasks.diagnosis.column": "diagnosis",
    },
    without=("test",),
    says=("--label for another",),
    n_train=60,
)
def _(files: Files) -> None:
    names = ids("ISIC_", 60, 24306, 7)
    files.photos("", names)
    rows = [
        (
            n,
            "Tschandl",
            "CC-BY-NC",
            40 + i % 9 * 5,
            turns(["torso", "head"], 60)[i],
            turns(["benign", "malignant"], 60)[i],
            turns(["nevus", "melanoma", "nevus", "basal cell carcinoma"], 60)[i],
            f"IL_{i // 2:07d}",
            f"IP_{i // 4:07d}",
            turns(["male", "female"], 60)[i],
        )
        for i, n in enumerate(names)
    ]
    header = (
        "isic_id,attribution,copyright_license,age_approx,anatom_site_general,benign_malignant,diagnosis,lesion_id,"
        "patient_id,sex"
    )
    files.table("metadata.csv", header, rows)
    files.text("attribution.txt", "Tschandl et al.\n")


@layout(
    "isic bcn20000: lesions, the host's own split in the table",
    {
        "train.table": "bcn_20k_train.csv",
        "train.images": "BCN_20k_train/{bcn_filename}",
        "train.group": "lesion_id",
        "tasks.diagnosis.column": "diagnosis",
        "test.table": "bcn_20k_test.csv",
        "test.images": "BCN_20k_test/{bcn_filename}",
    },
    n_train=60,
    n_test=6,
)
def _(files: Files) -> None:
    for side, start, count in (("train", 0, 60), ("test", 500, 6)):
        names = ids("BCN_", count, start, 10)
        files.photos(f"BCN_20k_{side}", names)
        rows = [
            (
                f"{n}.jpg",
                55.0 + i % 5 * 5,
                turns(["anterior torso", "head/neck"], count)[i],
                *([turns(["MEL", "NV", "NV", "BCC"], count)[i // 2]] if side == "train" else []),
                f"BCN_{start + i // 2:07d}",
                f"20{10 + i % 9}-05-22",
                turns(["male", "female"], count)[i],
                side,
            )
            for i, n in enumerate(names)
        ]
        known = "diagnosis," if side == "train" else ""
        files.table(
            f"bcn_20k_{side}.csv",
            f"bcn_filename,age_approx,anatom_site_general,{known}lesion_id,capture_date,sex,split",
            rows,
        )


@layout(
    "isic pad-ufes: three folders twice, patients and lesions, many columns of answers to questions",
    {
        "train.table": "metadata.csv",
        "train.images": "**/{img_id}",
        "train.group": "patient_id",
        "tasks.diagnostic.column": "diagnostic",
    },
    without=("test",),
    n_train=60,
)
def _(files: Files) -> None:
    rows = []
    for i in range(60):
        name = f"PAT_{i // 3}_{100 + i // 2}_{i * 37 % 1000}.png"
        files.photo(f"imgs_part_{i // 20 + 1}/imgs_part_{i // 20 + 1}/{name}")
        kinds = turns(["NEV", "BCC", "ACK", "SEK"], 60)
        asked = turns(["True", "False", "UNK"], 60)
        rows.append(
            (
                f"PAT_{i // 3}",
                100 + i // 2,
                asked[i],
                asked[-i],
                8 + i // 3,
                "ARM",
                kinds[i // 2],
                asked[i // 2],
                name,
                i % 2 == 0,
            )
        )
    files.table("metadata.csv", "patient_id,lesion_id,smoke,drink,age,region,diagnostic,itch,img_id,biopsed", rows)
