"""A second round of layouts that were drawn before `kit init table` was tried on any of them."""

from __future__ import annotations

import json

import numpy as np

from shared.host_files import Files, Layout, beside, collect, ids, turns

AT_HAND: list[Layout] = []
layout = collect(AT_HAND)


@layout(
    "kaggle fungi: metadata of train, val and public test with long names, observations of several photos",
    {
        "train.table": "FungiCLEF2023_train_metadata_PRODUCTION.csv",
        "train.images": "DF20_300/{image_path}",
        "train.group": "observationID",
        "tasks.class_id.column": "class_id",
        "test.table": "FungiCLEF2023_public_test_metadata_PRODUCTION.csv",
        "test.images": "DF21_300/{filename}",
    },
    n_train=45,
    n_test=10,
)
def _(files: Files) -> None:
    columns = "observationID,month,countryCode,scientificName,class_id,poisonous,Substrate"
    kinds = ("Amanita muscaria", "Boletus edulis", "Russula emetica")

    def known(place: int) -> tuple[object, ...]:
        kind = place // 2 % 3
        return (3_000_000 + place // 2 * 7, 1 + place % 12, "DK", kinds[kind], kind, int(kind == 0), "soil")

    rows = [(*known(k), f"2238546328-{30620 + k}.JPG") for k in range(45)]
    for row in rows:
        files.photo(f"DF20_300/{row[-1]}")
    files.table("FungiCLEF2023_train_metadata_PRODUCTION.csv", f"{columns},image_path", rows)
    for side, start in (("val", 100), ("public_test", 200)):
        names = [f"1-{start + k}.jpg" for k in range(10)]
        files.photos("DF21_300", [name[:-4] for name in names])
        if side == "val":
            rows = [(*known(k + start), name) for k, name in enumerate(names)]
            files.table(f"FungiCLEF2023_{side}_metadata_PRODUCTION.csv", f"{columns},image_path", rows)
        else:
            rows = [(4_000_000 + k // 2, 1 + k, "DK", "soil", name) for k, name in enumerate(names)]
            header = "observationID,month,countryCode,Substrate,filename"
            files.table(f"FungiCLEF2023_{side}_metadata_PRODUCTION.csv", header, rows)


@layout("kaggle flowers: records of tensorflow, in folders by size", refused=".tfrec")
def _(files: Files) -> None:
    for size in (192, 224):
        for side, count in (("train", 4), ("val", 2), ("test", 2)):
            for k in range(count):
                files.text(f"tfrecords-jpeg-{size}x{size}/{side}/{k:02d}-{size}x{size}-798.tfrec", "record")
    files.table("sample_submission.csv", "id,label", [(f"{k * 7919:09x}", 0) for k in range(12)])


@layout("kaggle imagenet: where things are is asked, in lists of a class and a box", refused="boxes")
def _(files: Files) -> None:
    rows = []
    for synset in ("n01440764", "n01443537", "n01484850"):
        names = [f"{synset}_{10026 + k * 3}" for k in range(10)]
        files.photos(f"ILSVRC/Data/CLS-LOC/train/{synset}", names, ".JPEG")
        rows += [(name, f"{synset} 1 2 6 7 ") for name in names]
    for side, count in (("val", 6), ("test", 6)):
        files.photos(f"ILSVRC/Data/CLS-LOC/{side}", ids(f"ILSVRC2012_{side}_", count, 1, 8), ".JPEG")
    files.table("LOC_train_solution.csv", "ImageId,PredictionString", rows)
    said = beside(ids("ILSVRC2012_val_", 6, 1, 8), turns(("n01440764 1 2 6 7 ", "n01484850 0 0 5 5 "), 6))
    files.table("LOC_val_solution.csv", "ImageId,PredictionString", said)
    shown = [(name, "n01440764 0 0 8 8") for name in ids("ILSVRC2012_test_", 6, 1, 8)]
    files.table("LOC_sample_submission.csv", "ImageId,PredictionString", shown)
    lines = ("n01440764 tench, Tinca tinca", "n01443537 goldfish, Carassius auratus", "n01484850 great white shark")
    files.text("LOC_synset_mapping.txt", "\n".join(lines) + "\n")


@layout(
    "stanford imagenette: folders of train and val, and a table of the same with wrong labels more and more",
    {"tasks.noisy_labels_0.column": "noisy_labels_0"},
    says=("the label is 'noisy_labels_0', which the folders of the photos say too",),
)
def _(files: Files) -> None:
    _imagenette(files)


@layout(
    "stanford imagenette, told its label",
    {
        "train.table": "imagenette2-160/noisy_imagenette.csv",
        "train.images": "imagenette2-160/{path}",
        "tasks.noisy_labels_0.column": "noisy_labels_0",
    },
    options=("--label", "noisy_labels_0"),
    says=("is_valid",),
)
def _(files: Files) -> None:
    _imagenette(files)


def _imagenette(files: Files) -> None:
    kinds, rows = ("n01440764", "n02102040", "n02979186"), []
    for side, count in (("train", 12), ("val", 4)):
        for kind in kinds:
            for k in range(count):
                path = f"{side}/{kind}/{kind}_{k * 37}{side[0]}.JPEG"
                files.photo(f"imagenette2-160/{path}")
                wrong = [kinds[(kinds.index(kind) + (k % n == 1)) % 3] for n in (11, 7, 5, 2)]
                rows.append((path, kind, *(wrong if side == "train" else [kind] * 4), side == "val"))
    header = "path,noisy_labels_0,noisy_labels_1,noisy_labels_5,noisy_labels_25,noisy_labels_50,is_valid"
    files.table("imagenette2-160/noisy_imagenette.csv", header, rows)


@layout(
    "dacon feelings: everything below open/, paths from there",
    {
        "train.table": "open/train.csv",
        "train.images": "open/{img_path}",
        "test.table": "open/test.csv",
        "tasks.label.column": "label",
        "submission.sample": "open/sample_submission.csv",
    },
    n_train=35,
    n_test=8,
)
def _(files: Files) -> None:
    kinds = turns(("angry", "fear", "happy", "neutral", "sad"), 35)
    rows = [(f"TRAIN_{k:04d}", f"./train/{kind}/TRAIN_{k:04d}.jpg", kind) for k, kind in enumerate(kinds)]
    for row in rows:
        files.photo(f"open/{str(row[1])[2:]}")
    tests = [(f"TEST_{k:04d}", f"./test/TEST_{k:04d}.jpg") for k in range(8)]
    files.photos("open/test", [name for name, _ in tests])
    files.table("open/train.csv", "id,img_path,label", rows)
    files.table("open/test.csv", "id,img_path", tests)
    files.table("open/sample_submission.csv", "id,label", [(name, "angry") for name, _ in tests])


@layout(
    "ai stages formulas: a line of signs for each photo, and nothing that is a class", refused="choose with --train"
)
def _(files: Files) -> None:
    names = ids("train_", 40, 0, 5)
    files.photos("train_dataset/images", names)
    signs = ("\\frac", "x", "+", "y", "^", "{", "}", "2", "\\alpha", "=", "\\sqrt", "7")
    said = [" ".join(signs[(k * 5 + j * (k % 7 + 1)) % 12] for j in range(4 + k % 9)) for k in range(40)]
    files.table(
        "train_dataset/gt.txt", None, [(f"{n}.jpg", text) for n, text in zip(names, said, strict=True)], separator="\t"
    )
    files.table("train_dataset/level.txt", None, [(f"{n}.jpg", 1 + k % 5) for k, n in enumerate(names)], separator="\t")
    files.table("train_dataset/source.txt", None, [(f"{n}.jpg", k % 2) for k, n in enumerate(names)], separator="\t")
    files.text("train_dataset/tokens.txt", "\n".join(signs) + "\n")
    files.photos("eval_dataset/images", ids("eval_", 8, 0, 5))
    files.text("eval_dataset/input.txt", "\n".join(f"{name}.jpg" for name in ids("eval_", 8, 0, 5)) + "\n")


@layout(
    "signate boards: flags of good and bad, .jpeg, a sample of tabs without header",
    {
        "train.table": "train_master.tsv",
        "train.images": "train/{file_name}",
        "test.images": "test/{1}",
        "tasks.flag.classes": ["0", "1"],
        "submission.header": False,
        "submission.sample": "sample_submit.tsv",
    },
    n_train=30,
    n_test=8,
)
def _(files: Files) -> None:
    files.photos("train", ids("train_", 30), ".jpeg")
    files.photos("test", ids("test_", 8), ".jpeg")
    rows = [(f"{name}.jpeg", int(k % 4 == 0)) for k, name in enumerate(ids("train_", 30))]
    files.table("train_master.tsv", "file_name,flag", rows, separator="\t")
    files.table(
        "sample_submit.tsv", None, [(f"{n}.jpeg", k % 2) for k, n in enumerate(ids("test_", 8))], separator="\t"
    )


@layout(
    "nishika sake: for each label the photos of the same brand in another folder are asked", refused="--sample none"
)
def _(files: Files) -> None:
    gids = [200_000_000 + k * 12_345 for k in range(60)]
    files.photos("query_images", [*gids[:30], *gids[50:]])
    files.photos("cite_images", gids[30:50])
    brands = [101 + k % 6 for k in range(60)]
    rows = [(g, f"{g}.jpg", b, f"酒{b}") for g, b in zip(gids[:30], brands[:30], strict=True)]
    files.table("train.csv", "gid,filename,brand_id,meigara", rows)
    files.table("cite.csv", "cite_gid,cite_filename", [(g, f"{g}.jpg") for g in gids[30:50]])
    files.table("test.csv", "gid,filename", [(g, f"{g}.jpg") for g in gids[50:]])
    lists = [(g, " ".join(map(str, gids[30:50]))) for g in gids[50:]]
    files.table("sample_submission.csv", "gid,cite_gid", lists)


@layout("zindi worms: how many of each of two kinds, a row for each photo and kind", refused="image_id_worm")
def _(files: Files) -> None:
    names = [f"id_{k * 7919 % 65536:04x}{k}" for k in range(30)]
    files.photos("images", names, ".jpeg")
    counts = {name: (k * 7 % 31, k * 5 % 23) for k, name in enumerate(names)}
    rows = [(f"{n}.jpeg_{kind}", counts[n][place]) for n in names[:24] for place, kind in enumerate(("pbw", "abw"))]
    files.table("Train.csv", "image_id_worm,number_of_worms", rows)
    tests = [f"{name}.jpeg_{kind}" for name in names[24:] for kind in ("pbw", "abw")]
    files.table("Test.csv", "image_id_worm", [(name,) for name in tests])
    files.table("SampleSubmission.csv", "image_id_worm,number_of_worms", [(name, 0) for name in tests])
    boxes = [(f"{n}.jpeg", "pbw", '"POLYGON ((1 2, 3 4, 5 6, 1 2))"') for n in names[:24]]
    files.table("images_bboxes.csv", "image_id,worm_type,geometry", boxes)


@layout("drivendata roofs: shapes of houses on a few large photos, ids that are no photo", refused="7a1f")
def _(files: Files) -> None:
    for country, place in (("colombia", "borde_rural"), ("guatemala", "mixco_1"), ("st_lucia", "castries")):
        files.photo(f"stac/{country}/{place}/{place}_ortho-cog.tif")
        shapes = {"type": "FeatureCollection", "features": [{"id": "7a1f0001", "properties": {"roof_material": "x"}}]}
        files.text(f"stac/{country}/{place}/train-{place}.geojson", json.dumps(shapes))
    names = [f"7a1f{k:04x}" for k in range(30)]
    kinds = "concrete_cement,healthy_metal,incomplete,irregular_metal,other"
    rows = [(name, "True", *[int(k % 5 == j) for j in range(5)]) for k, name in enumerate(names)]
    files.table("train_labels.csv", f"id,verified,{kinds}", rows)
    files.table("submission_format.csv", f"id,{kinds}", [(f"7a2f{k:04x}", *[0.0] * 5) for k in range(9)])


@layout("iflytek faces: four points in a csv, the photos in one array beside", refused="train.npy")
def _(files: Files) -> None:
    columns = "left_eye_center_x,left_eye_center_y,right_eye_center_x,right_eye_center_y"
    rows = [(66.0 + k * 0.3, 39.0 + k * 0.1, 30.2, 36.4 + k * 0.2) for k in range(30)]
    files.table("train.csv", columns, rows)
    np.save(files.root / "train.npy", np.zeros((20, 20, 30), np.uint8))
    np.save(files.root / "test.npy", np.zeros((20, 20, 30), np.uint8))
    files.table("sample_submit.csv", columns, [(0, 0, 0, 0)] * 6)


@layout("grand challenge eyes: paths of windows, three degrees of an eye and of a person", refused="--label")
def _(files: Files) -> None:
    _eyes(files)


@layout(
    "grand challenge eyes, told the label: paths of windows, people in folders",
    {
        "train.table": "regular-fundus-training/regular-fundus-training.csv",
        "train.group": "patient_id",
        "tasks.patient_DR_Level.column": "patient_DR_Level",
    },
    options=("--label", "patient_DR_Level"),
    n_train=60,
)
def _(files: Files) -> None:
    _eyes(files)


def _eyes(files: Files) -> None:
    columns = "patient_id,image_id,image_path,Overall quality,left_eye_DR_Level,right_eye_DR_Level,patient_DR_Level"
    for side, first, count in (("training", 1, 15), ("validation", 265, 4)):
        rows = []
        for person in range(first, first + count):
            for name in (f"{person}_l1", f"{person}_l2", f"{person}_r1", f"{person}_r2"):
                files.photo(f"regular-fundus-{side}/Images/{person}/{name}.jpg")
                left = name[-2] == "l"
                degree = (person * 3 + left) % 5
                path = f"\\regular-fundus-{side}\\{person}\\{name}.jpg"
                eye = (degree, "") if left else ("", degree)
                rows.append((person, name, path, person % 2, *eye, person % 5))
        files.table(f"regular-fundus-{side}/regular-fundus-{side}.csv", columns, rows)


@layout(
    "kaggle chest scans: class folders of train that go on behind what those of test are called",
    {
        "train.images": "Data/train/*/*",
        "tasks.label.classes": [
            "adenocarcinoma_left.lower.lobe_T2_N0_M0_Ib",
            "large.cell.carcinoma_left.hilum_T2_N2_M0_IIIa",
            "normal",
        ],
    },
    n_train=30,
)
def _(files: Files) -> None:
    long = ("adenocarcinoma_left.lower.lobe_T2_N0_M0_Ib", "large.cell.carcinoma_left.hilum_T2_N2_M0_IIIa", "normal")
    for side, count in (("train", 10), ("valid", 3), ("test", 4)):
        for name in long:
            short = name.partition("_")[0] if side == "test" else name
            files.photos(f"Data/{side}/{short}", [f"{side[:2]}{name[0]}{k:06d} ({k})" for k in range(count)], ".png")


@layout(
    "oxford pets: lists with spaces, lines of a comment in front, mat files beside the photos",
    {"train.images": "images/{1}.jpg", "train.table": "annotations/trainval.txt", "tasks.label.column": "2"},
    n_train=36,
)
def _(files: Files) -> None:
    breeds = ("Abyssinian", "american_bulldog", "Bengal", "yorkshire_terrier")
    names = {breed: [f"{breed}_{1 + k}" for k in range(12)] for breed in breeds}
    lines: dict[str, list[str]] = {"trainval": [], "test": []}
    for number, breed in enumerate(breeds, 1):
        files.photos("images", names[breed])
        species = 1 if breed[0].isupper() else 2
        for k, name in enumerate(names[breed]):
            lines["test" if k % 4 == 3 else "trainval"].append(f"{name} {number} {species} {1 + number // 2}")
    files.text("images/Abyssinian_100.mat", "MATLAB 5.0")
    notes = ["#Image CLASS-ID SPECIES BREED ID", "#ID: 1:37 Class ids", "#SPECIES: 1:Cat 2:Dog", "#BREED ID: 1-25:Cat"]
    for side, some in lines.items():
        files.text(f"annotations/{side}.txt", "\n".join(some) + "\n")
    files.text("annotations/list.txt", "\n".join([*notes, *lines["trainval"], *lines["test"]]) + "\n")
    files.photos("annotations/trimaps", [name for some in names.values() for name in some], ".png")


@layout(
    "adience faces: five tables of folds, names made of three columns",
    {
        "train.table": "fold_*_data.txt",
        "train.images": "aligned/{user_id}/landmark_aligned_face.{face_id}.{original_image}",
        "train.group": "user_id",
        "tasks.gender.column": "gender",
    },
    options=("--label", "gender"),
    says=("5 tables of the same columns",),
    n_train=50,
)
def _(files: Files) -> None:
    header = "user_id\toriginal_image\tface_id\tage\tgender\tx\ty\tdx\tdy"
    for fold in range(5):
        rows = []
        for k in range(10):
            user, face = f"{30601258 + fold * 3 + k % 3}@N{k % 3:02d}", fold * 10 + k
            image = f"10{fold}424815{k}_f957322f08_o.jpg"
            files.photo(f"aligned/{user}/landmark_aligned_face.{face}.{image}")
            ages = ("(0, 2)", "(25, 32)", "(60, 100)", "None")
            rows.append("\t".join(map(str, (user, image, face, ages[k % 4], "fmu"[k % 3], 0, 414, 1086, 1383))))
        files.text(f"fold_{fold}_data.txt", "\n".join([header, *rows]) + "\n")


@layout(
    "german traffic signs as published: a table of semicolons in each class folder",
    {"train.images": "GTSRB/Final_Training/Images/*/*", "tasks.label.classes": ["00000", "00001", "00014"]},
    n_train=36,
    n_test=8,
)
def _(files: Files) -> None:
    header = "Filename;Width;Height;Roi.X1;Roi.Y1;Roi.X2;Roi.Y2;ClassId"
    for kind in (0, 1, 14):
        folder = f"GTSRB/Final_Training/Images/{kind:05d}"
        names = [f"{track:05d}_{k:05d}" for track in range(3) for k in range(4)]
        files.photos(folder, names, ".png")
        rows = [f"{name}.png;8;8;1;1;7;7;{kind}" for name in names]
        files.text(f"{folder}/GT-{kind:05d}.csv", "\n".join([header, *rows]) + "\n")
    files.photos("GTSRB/Final_Test/Images", ids("", 8, 0, 5), ".png")
    rows = [f"{name}.png;8;8;1;1;7;7" for name in ids("", 8, 0, 5)]
    files.text("GTSRB/Final_Test/Images/GT-final_test.test.csv", "\n".join([header[:-8], *rows]) + "\n")
    files.text("GTSRB/Readme-Images.txt", "This archive contains the training set.\n")


@layout(
    "covid x-rays: lists of spaces without header, whose test rows have labels",
    {
        "train.table": "train_COVIDx9A.txt",
        "train.images": "train/{2}",
        "train.header": False,
        "tasks.label.column": "3",
        "test.images": "test/{2}",
    },
    options=("--label", "3"),
    says=("--group '1'",),
    n_train=40,
    n_test=8,
)
def _(files: Files) -> None:
    for side, count in (("train", 40), ("test", 8)):
        rows = []
        for k in range(count):
            name = f"{side}{k:03d}-cxr.png"
            files.photo(f"{side}/{name}")
            who = f"{side[:2]}{k // 2}"
            rows.append((who, name, ("positive", "negative", "negative")[k // 2 % 3], ("cohen", "rsna", "sirm")[k % 3]))
        files.table(f"{side}_COVIDx9A.txt", None, rows, separator=" ")


@layout(
    "weeds: a table of all photos, and five tables each of train, val and test rows of a fold",
    {
        "train.table": "labels/labels.csv",
        "train.images": "images/{Filename}",
        "tasks.Label.column": "Label",
    },
    n_train=45,
)
def _(files: Files) -> None:
    names = [f"201611{10 + k % 9}-10{k:04d}-0" for k in range(45)]
    files.photos("images", names)
    species = ("Chinee apple", "Lantana", "Negative")
    rows = [(f"{name}.jpg", k % 3, species[k % 3]) for k, name in enumerate(names)]
    files.table("labels/labels.csv", "Filename,Label,Species", rows)
    for fold in range(5):
        for side, keep in (("train", (0, 1, 2)), ("val", (3,)), ("test", (4,))):
            some = [row[:2] for k, row in enumerate(rows) if (k // 3 + fold) % 5 in keep]
            files.table(f"labels/{side}_subset{fold}.csv", "Filename,Label", some)


@layout(
    "ai challenger scenes: records of json in folders that name a date, a list of classes without header",
    {
        "train.table": "ai_challenger_scene_train_20170904/scene_train_annotations_20170904.json",
        "train.images": "ai_challenger_scene_train_20170904/scene_train_images_20170904/{image_id}",
        "tasks.label_id.column": "label_id",
    },
    n_train=36,
)
def _(files: Files) -> None:
    for side, count in (("train", 36), ("validation", 9)):
        folder = f"ai_challenger_scene_{side}_20170904"
        names = [f"{(k + count) * 2654435761 % 16**8:08x}{k:04x}" for k in range(count)]
        files.photos(f"{folder}/scene_{side}_images_20170904", names)
        records = [
            {"image_url": f"http://a.example/{n}", "image_id": f"{n}.jpg", "label_id": str(k % 4)}
            for k, n in enumerate(names)
        ]
        files.text(f"{folder}/scene_{side}_annotations_20170904.json", json.dumps(records))
        classes = [(0, "航站楼", "airport_terminal"), (1, "停机坪", "landing_field"), (2, "机舱", "airplane_cabin")]
        files.table(f"{folder}/scene_classes.csv", None, [*classes, (3, "游乐场", "amusement_park")])


@layout(
    "tianchi fashion: eight kinds of question in one list, one for each photo, and letters for an answer", refused="2"
)
def _(files: Files) -> None:
    kinds = {"collar_design_labels": 5, "skirt_length_labels": 6}
    rows = []
    for kind, count in kinds.items():
        for k in range(15):
            path = f"Images/{kind}/{kind[0]}{k * 7919:07x}.jpg"
            files.photo(path)
            rows.append((path, kind, "n" * (k % count) + "y" + "n" * (count - 1 - k % count)))
    files.table("Annotations/label.csv", None, rows)
    asked = []
    for kind in kinds:
        for k in range(4):
            path = f"Images/{kind}/t{k * 7919:07x}.jpg"
            files.photo(f"rank/{path}")
            asked.append((path, kind, "?"))
    files.table("rank/Tests/question.csv", None, asked)


@layout(
    "physionet breasts: a table of breasts and one of what was found on them",
    refused="breast-level_annotations.csv, finding_annotations.csv; choose with --train",
)
def _(files: Files) -> None:
    _breasts(files)


@layout(
    "physionet breasts, told table and label: studies, a split of the host",
    {
        "train.images": "images/{study_id}/{image_id}.png",
        "train.group": "study_id",
        "train.rows": {"split": ["training"]},
        "test.rows": {"split": ["test"]},
    },
    options=("--train", "breast-level_annotations.csv", "--label", "breast_birads"),
    says=("never train",),
    n_train=36,
    n_test=12,
)
def _(files: Files) -> None:
    _breasts(files)


def _breasts(files: Files) -> None:
    rows = []
    for study in range(12):
        for view in range(4):
            name = f"{study * 7919:06x}im{view}"
            path = files.root / f"images/{study:04x}st/{name}.png"
            files.photo(str(path.relative_to(files.root)))
            side = "training" if study % 4 else "test"
            birads, density = f"BI-RADS {1 + study % 5}", f"DENSITY {'ABCD'[study % 4]}"
            rows.append(
                (f"{study:04x}st", f"se{study}", name, "LR"[view // 2], ("CC", "MLO")[view % 2], birads, density, side)
            )
    header = "study_id,series_id,image_id,laterality,view_position,breast_birads,breast_density,split"
    files.table("breast-level_annotations.csv", header, rows)
    boxes = [(row[0], row[2], "['Mass']", 1.0, 2.0, 3.0, 4.0) for row in rows[::3]]
    files.table("finding_annotations.csv", "study_id,image_id,finding_categories,xmin,ymin,xmax,ymax", boxes)


@layout(
    "codalab album: names in capitals, what they are and what that belongs to, a note beside",
    {
        "train.table": "BRD_Mini/labels.csv",
        "train.images": "BRD_Mini/images/{FILE_NAME}",
        "tasks.CATEGORY.column": "CATEGORY",
    },
    without=("test", "train.group"),
    n_train=40,
)
def _(files: Files) -> None:
    files.photos("BRD_Mini/images", ids("BRD_M_", 40, 0, 6))
    birds = (("CRIMSON SUNBIRD", "nectariniidae"), ("MALLARD DUCK", "anatidae"), ("WOOD DUCK", "anatidae"))
    rows = [(f"{name}.jpg", *birds[k % 3]) for k, name in enumerate(ids("BRD_M_", 40, 0, 6))]
    files.table("BRD_Mini/labels.csv", "FILE_NAME,CATEGORY,SUPER_CATEGORY", rows)
    about = {"dataset_name": "BRD", "total_categories": 3, "image_column_name": "FILE_NAME"}
    files.text("BRD_Mini/info.json", json.dumps(about))


@layout(
    "who is on a photo is said by two columns together",
    {"train.group": ["patient", "eye"]},
    options=("--group", "patient,eye"),
    n_train=36,
)
def _(files: Files) -> None:
    files.photos("train", ids("a", 36))
    rows = [(name, "xy"[k % 2], k // 4, "LR"[k // 2 % 2]) for k, name in enumerate(ids("a", 36))]
    files.table("train.csv", "image_id,label,patient,eye", rows)


@layout(
    "the photos to predict are named in a list of json alone",
    {"test.table": "test.json", "test.images": "images/{1}"},
    n_train=30,
    n_test=6,
)
def _(files: Files) -> None:
    files.photos("images", ids("a", 36))
    files.table("train.csv", "image_id,label", beside(ids("a", 30), turns("xy", 30)))
    files.text("test.json", json.dumps([f"{name}.jpg" for name in ids("a", 6, 30)]))


def _in_another_encoding(encoding: str, header: str, kinds: tuple[str, ...]) -> None:
    """A table in letters of before UTF-8."""

    @layout(
        f"a table in {encoding}",
        {"train.images": f"train/{{{header.partition(',')[0]}}}"},
        says=(f"it is read as {encoding}",),
        n_train=30,
    )
    def _(files: Files) -> None:
        files.photos("train", ids("a", 30))
        rows = beside([f"{name}.jpg" for name in ids("a", 30)], turns(kinds, 30))
        files.table("train.csv", header, rows, encoding)


_in_another_encoding("big5", "圖檔,類別", ("貓", "狗", "鳥類", "台灣黑熊"))
_in_another_encoding("euc_jp", "ファイル名,ラベル", ("ネコ", "イヌ", "小鳥", "その他"))
_in_another_encoding("cp1251", "файл,класс", ("кошка", "собака", "птица"))


@layout("a table in an encoding that no bytes tell", refused="save it as UTF-8, as 'iconv")
def _(files: Files) -> None:
    files.photos("train", ids("a", 30))
    files.table("train.csv", "file,label", beside(ids("a", 30), turns(("γάτα", "σκύλος"), 30)), "iso8859_7")
