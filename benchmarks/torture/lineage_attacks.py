"""Ways to let a validation label past lineage, or to claim another history: each changes a copy of the world."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from benchmarks.torture.lineage_world import N_FOLDS, World, boxes, change_recipe, draw, edit
from kit.files import file_sha256, fingerprint
from kit.folds.frozen import Folds, write_folds
from kit.images.array_file import write_array
from kit.images.decode import decode
from kit.learn.model_file import model_file
from kit.learn.network.checkpoint import Checkpoint, save_checkpoint
from kit.learn.network.fit import build_optimizer
from kit.learn.network.kept import kept_model
from kit.learn.network.model import build_model
from kit.learn.network.predict import predict
from kit.pseudo.label import encode, label_test
from kit.pseudo.record import read_round
from kit.recipes.load import run_recipe
from kit.recipes.network import Recipe
from kit.runs.predictions import Predictions, write_predictions
from kit.runs.store import Run

Answer = Literal["yes", "says so", "no"]
"""Whether an attack is caught, or lineage says that it cannot prove the model, or calls it clean."""
Attack = Callable[[World], Run]
"""Changes the world and returns the run whose fold 0 is to be judged."""


@dataclass(frozen=True)
class Tried:
    """An attack, whether `kit lineage` catches it, whether --recompute does, and why neither can."""

    name: str
    attack: Attack
    default: Answer = "yes"
    recompute: Answer = "yes"
    why: str = ""


ATTACKS: list[Tried] = []


def attack(name: str, default: Answer = "yes", recompute: Answer = "yes", why: str = "") -> Callable[[Attack], Attack]:
    def enter(function: Attack) -> Attack:
        ATTACKS.append(Tried(name, function, default, recompute, why))
        return function

    return enter


# label files


def _labels(w: World, change: Callable[[pd.DataFrame], pd.DataFrame], mended: bool = True) -> Run:
    path = w.round / "y-fold0.parquet"
    path.write_bytes(encode(change(pd.read_parquet(path))))
    if mended:
        w.mend_labels()
    return w.run("taught")


def _flip(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(label=(1 - table["label"]).astype(np.int16))


def _surer(table: pd.DataFrame) -> pd.DataFrame:
    probs = table[["y/dark", "y/light"]].to_numpy()
    table[["y/dark", "y/light"]] = (probs + np.eye(2)[table["label"]]).astype(np.float32) / 2
    return table


@attack("a label file edited")
def _(w: World) -> Run:
    return _labels(w, _flip, mended=False)


@attack("a label file edited, every hash and the run's id mended")
def _(w: World) -> Run:
    return _labels(w, _flip)


@attack("probabilities of a label file edited, every hash mended")
def _(w: World) -> Run:
    return _labels(w, _surer)


@attack("weights of a label file edited, every hash mended")
def _(w: World) -> Run:
    return _labels(w, lambda table: table.assign(weight=np.float32(0.5)))


@attack("rows of a label file left out, every hash mended")
def _(w: World) -> Run:
    return _labels(w, lambda table: table.iloc[1:])


@attack("the labels of another fold under this fold's name, every hash mended")
def _(w: World) -> Run:
    return _labels(w, lambda table: pd.read_parquet(w.round / "y-fold1.parquet"))


@attack("the labels of pooled teachers under this fold's name, every hash mended")
def _(w: World) -> Run:
    return _labels(w, lambda table: pd.read_parquet(w.round.with_name("round1-pooled") / "y-fold0.parquet"))


@attack("a teacher of another fold named, with its labels, every hash mended")
def _(w: World) -> Run:
    shutil.copy(w.round / "y-fold1.parquet", w.round / "y-fold0.parquet")

    def other(record: dict[str, Any]) -> None:
        files = record["tasks"]["y"]["files"]
        files[0] |= {key: files[1][key] for key in ("teachers", "thresholds", "rows")}

    edit(w.round / "round.json", other)
    w.mend_labels()
    return w.run("taught")


@attack("a teacher named that was taught by these very labels")
def _(w: World) -> Run:
    taught = w.run("taught")

    def own(record: dict[str, Any]) -> None:
        teachers = record["tasks"]["y"]["files"][0]["teachers"]
        teachers[0] |= {"run": taught.id, "test": taught.fold_record(0).test}

    edit(w.round / "round.json", own)
    return taught


@attack("half of the test photos named as duplicates in round.json, its labels made accordingly, every hash mended")
def _(w: World) -> Run:
    named = sorted([*read_round(w.root / "runs/pseudo", 1).tasks["y"].duplicates, "t0.png", "t1.png", "t2.png"])
    edit(w.round / "round.json", lambda record: record["tasks"]["y"].update(duplicates=named))
    return _remake(w)


@attack("a duplicate taken out of round.json, its labels made accordingly, every hash mended")
def _(w: World) -> Run:
    edit(w.round / "round.json", lambda record: record["tasks"]["y"].update(duplicates=[]))
    return _remake(w)


def _remake(w: World) -> Run:
    """Make the labels of the round as its settings and teachers now say."""
    workspace = w.workspace
    part = read_round(workspace.pseudo_dir, 1).tasks["y"]
    for fold in range(N_FOLDS):
        file = part.file(fold)
        _, table = label_test(workspace, "y", fold, file.teachers, part.settings, part.duplicates)
        (w.round / file.name).write_bytes(encode(table))
        w.mend_labels(fold)
    return w.run("taught")


@attack("thresholds edited in round.json")
def _(w: World) -> Run:
    edit(w.round / "round.json", lambda record: record["tasks"]["y"]["files"][0].update(thresholds=[0.4, 0.4]))
    return w.run("taught")


@attack("soft labels called hard in round.json, after training")
def _(w: World) -> Run:
    edit(w.round / "round.json", lambda record: record["tasks"]["y"]["settings"].update(labels="hard"))
    return w.run("taught")


@attack("the policy changed in round.json, before training")
def _(w: World) -> Run:
    settings = {"policy": "fixed", "threshold": 0.9}
    edit(w.round / "round.json", lambda record: record["tasks"]["y"]["settings"].update(settings))
    return w.train("hog", ["holdout=0.2"], [0], round=1)


@attack("the weight changed in round.json, before training")
def _(w: World) -> Run:
    edit(w.round / "round.json", lambda record: record["tasks"]["y"]["settings"].update(weight=1.0))
    return w.train("net", [], [0], round=1)


@attack("a temperature edited in round.json")
def _(w: World) -> Run:
    edit(w.round / "round.json", lambda r: r["tasks"]["y"]["files"][0]["teachers"][0].update(temperature=0.2))
    return w.run("taught")


@attack("a temperature that validation labels set, in the teacher's record, before its round is made", "no")
def _(w: World) -> Run:
    edit(w.fold("hog") / "fold.json", lambda record: record["temperature"].update(y=0.37))
    w.label([w.run("hog")], force=True)
    return w.train("hog", [], [0], round=1)


@attack("a pooled round moved into the place of an honest one, before training")
def _(w: World) -> Run:
    shutil.rmtree(w.round)
    shutil.copytree(w.round.with_name("round1-pooled"), w.round)
    return w.train("hog", [], [0], round=1)


@attack("the same, and its record edited to say so")
def _(w: World) -> Run:
    shutil.rmtree(w.round)
    shutil.copytree(w.round.with_name("round1-pooled"), w.round)
    edit(w.round / "round.json", lambda record: record["tasks"]["y"].update(teachers="own_fold"))
    return w.train("hog", [], [0], round=1)


@attack("a round made anew after training")
def _(w: World) -> Run:
    w.label([w.train("hog", ["seed=5"])], force=True)
    return w.run("taught")


@attack("a pooled run that calls itself honest, by a new id")
def _(w: World) -> Run:
    edit(w.run("pooled").path / "run.json", lambda record: record.update(teachers="own_fold"))
    return w.rename(w.run("pooled"))


@attack("a run that ate labels and says that it ate none, by a new id")
def _(w: World) -> Run:
    edit(w.run("taught").path / "run.json", lambda record: record.update(round=0, pseudo={}))
    edit(w.fold("taught") / "fold.json", lambda record: record.update(pseudo_files={}))
    return w.rename(w.run("taught"), "plain")


@attack("the same, and its count of rows mended", "no")
def _(w: World) -> Run:
    edit(w.run("pooled").path / "run.json", lambda r: r.update(round=0, pseudo={}, teachers="own_fold"))
    edit(w.fold("pooled") / "fold.json", lambda record: record.update(pseudo_files={}, n_pseudo=0))
    return w.rename(w.run("pooled"), "plain")


@attack(
    "the same of a network",
    "no",
    "no",
    "kept weights give its predictions, and only training it again would tell what it was shown",
)
def _(w: World) -> Run:
    run = w.train("net", [], [0], round=1, teachers="pooled")
    edit(run.path / "run.json", lambda r: r.update(round=0, pseudo={}, teachers="own_fold"))
    edit(run.fold_dir(0) / "fold.json", lambda record: record.update(pseudo_files={}, n_pseudo=0))
    return w.rename(run, "plain")


# predictions


def _swap(w: World, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Run:
    """Fold 1's test predictions in fold 0 of a teacher, before a round is made of it."""
    change(pd.read_parquet(w.fold("hog", 1) / "test.parquet")).to_parquet(w.fold("hog") / "test.parquet", index=False)
    w.mend_files(w.fold("hog"))
    w.label([w.run("hog")], force=True)
    return w.train("hog", [], [0], round=1)


@attack("a teacher's test predictions replaced by another fold's, hash mended, before its round is made")
def _(w: World) -> Run:
    return _swap(w, lambda table: table)


@attack("the same, saved anew in another order")
def _(w: World) -> Run:
    return _swap(w, lambda table: table.iloc[::-1])


@attack("the same, a little changed", "no")
def _(w: World) -> Run:
    return _swap(
        w, lambda table: table.assign(**{"y/dark": table["y/dark"] - 3e-4, "y/light": table["y/light"] + 3e-4})
    )


@attack("a teacher's test predictions made up, hash mended, before its round is made", "no")
def _(w: World) -> Run:
    w.say(w.fold("hog"), "test.parquet", lambda probs: probs[::-1], w.run("hog").record)
    w.label([w.run("hog")], force=True)
    return w.train("hog", [], [0], round=1)


@attack("a classic learner's OOF predictions made up, hash mended", "no")
def _(w: World) -> Run:
    return _made_up(w, "hog")


@attack("a network's OOF predictions made up, hash mended", "no")
def _(w: World) -> Run:
    return _made_up(w, "net")


@attack("the same, and its weights taken away", "says so", "says so", "nothing here can give the predictions")
def _(w: World) -> Run:
    (w.fold("net") / "weights.safetensors").unlink()
    return _made_up(w, "net")


def _made_up(w: World, name: str) -> Run:
    images = pd.read_parquet(w.fold(name) / "oof.parquet")["image"]
    w.say(w.fold(name), "oof.parquet", lambda probs: w.truth(images), w.run(name).record)
    return w.run(name)


@attack("one OOF row of a network edited, hash mended", "no")
def _(w: World) -> Run:
    def first(probs: np.ndarray) -> np.ndarray:
        return np.concatenate([probs[:1, ::-1], probs[1:]])

    w.say(w.fold("net"), "oof.parquet", first, w.run("net").record)
    return w.run("net")


@attack("OOF rows of other people, hash mended")
def _(w: World) -> Run:
    shutil.copy(w.fold("hog", 1) / "oof.parquet", w.fold("hog") / "oof.parquet")
    w.mend_files(w.fold("hog"))
    return w.run("hog")


@attack("a fold in another fold's place")
def _(w: World) -> Run:
    shutil.rmtree(w.fold("hog"))
    shutil.copytree(w.fold("hog", 1), w.fold("hog"))
    return w.run("hog")


@attack("a fold that is a link to that of a model of everybody")
def _(w: World) -> Run:
    shutil.rmtree(w.fold("net"))
    w.fold("net").symlink_to(w.fold("net-all"))
    return w.run("net")


# weights


def _predict_with(w: World, name: str, fold: int, source: str, other: int = 0) -> Run:
    """Let a fold claim the predictions of another model, and mend all its hashes."""
    run, model = w.run(name), kept_model(model_file(w.run(source), other, 3))
    workspace = w.workspace
    sides = {"oof": workspace.train["image"][workspace.folds.valid(fold)], "test": workspace.test["image"]}
    for side, images in sides.items():
        pixels = np.stack([decode(workspace.data_dir / image, (32, 32)) for image in images])
        probs = predict(model, pixels, np.arange(len(pixels)), 16)
        path = run.fold_dir(fold) / f"{side}.parquet"
        write_predictions(path, Predictions(images.to_numpy(object), probs), run.record.classes)
    w.mend_files(run.fold_dir(fold))
    return run


def _weights(w: World, name: str, fold: int = 0) -> Path:
    return w.fold(name, fold) / "weights.safetensors"


@attack("weights of another fold copied in")
def _(w: World) -> Run:
    shutil.copy(_weights(w, "net", 1), _weights(w, "net"))
    return w.run("net")


@attack("weights of another fold copied in, hash mended")
def _(w: World) -> Run:
    shutil.copy(_weights(w, "net", 1), _weights(w, "net"))
    w.mend_files(w.fold("net"))
    return w.run("net")


@attack("the same, with their predictions")
def _(w: World) -> Run:
    shutil.copy(_weights(w, "net", 1), _weights(w, "net"))
    return _predict_with(w, "net", 0, "net", 1)


@attack("weights of another fold in double precision, under other names and in another order, hash mended")
def _(w: World) -> Run:
    state = load_file(_weights(w, "net", 1))
    changed = {f"x{n}": state[name].double() for n, name in enumerate(sorted(state)) if state[name].is_floating_point()}
    save_file(changed, _weights(w, "net"))
    w.mend_files(w.fold("net"))
    return w.run("net")


@attack("weights of another fold with a little noise and their predictions, all hashes mended", "no")
def _(w: World) -> Run:
    torch.manual_seed(0)
    state = load_file(_weights(w, "net", 1))
    noisy = {k: v + 1e-3 * v.std() * torch.randn_like(v) if v.ndim > 1 else v for k, v in state.items()}
    save_file(noisy, _weights(w, "net"))
    return _predict_with(w, "net", 0, "net")


@attack("weights of a model of everybody with their predictions, all hashes mended")
def _(w: World) -> Run:
    shutil.copy(_weights(w, "net-all"), _weights(w, "net"))
    return _predict_with(w, "net", 0, "net-all")


@attack("the same, a seed other than the fold's, after that model was deleted", "no")
def _(w: World) -> Run:
    whole = w.train("net", ["seed=9"], all_data=True)
    shutil.copy(whole.fold_dir(0) / "weights.safetensors", _weights(w, "net"))
    shutil.rmtree(whole.path)
    return _predict_with(w, "net", 0, "net")


@attack(
    "the same, from the fold's own seed",
    "no",
    "no",
    "it began where the fold's training begins, and only training it again would tell what it was shown",
)
def _(w: World) -> Run:
    shutil.copy(_weights(w, "net-all"), _weights(w, "net"))
    shutil.rmtree(w.run("net-all").path)
    return _predict_with(w, "net", 0, "net")


@attack("weights that nobody trained, with good predictions, all hashes mended", "no")
def _(w: World) -> Run:
    torch.manual_seed(1)
    state = load_file(_weights(w, "net"))
    save_file({k: torch.randn_like(v) if v.is_floating_point() else v for k, v in state.items()}, _weights(w, "net"))
    return _made_up(w, "net")


@attack("a damaged weights file, hash mended")
def _(w: World) -> Run:
    _weights(w, "net").write_bytes(b"no weights")
    w.mend_files(w.fold("net"))
    return w.run("net")


def _checkpoint(w: World, weights: Path) -> Run:
    """Lay a checkpoint of these weights, all epochs done, into a fold that is then trained."""
    run = w.run("net")
    history = [line.model_dump() for line in run.fold_record(0).history]
    shutil.rmtree(run.fold_dir(0))
    state = load_file(weights)
    recipe, folder = run_recipe(run), run.work_dir(0)
    assert isinstance(recipe, Recipe)
    optimizer = build_optimizer(build_model(recipe, {"y": 2}, 0), recipe.optimizer).state_dict()
    folder.mkdir()
    save_checkpoint(
        folder / "checkpoint.safetensors",
        Checkpoint(epoch=2, model=state, optimizer=optimizer, history=history),
        f"{run.id}/fold0",
    )
    return w.train("net", [], [0])


@attack("a checkpoint of another fold's model with all epochs done, then trained on")
def _(w: World) -> Run:
    return _checkpoint(w, _weights(w, "net", 1))


@attack("a forged checkpoint of a model of everybody with all epochs done, then trained on", "no")
def _(w: World) -> Run:
    whole = w.train("net", ["seed=9"], all_data=True)
    shutil.copy(whole.fold_dir(0) / "weights.safetensors", w.root / "forged.safetensors")
    shutil.rmtree(whole.path)
    return _checkpoint(w, w.root / "forged.safetensors")


# weights to start from


def _start(w: World, name: str = "start.safetensors") -> Run:
    return w.train("net", [f"weights={name}"], [0])


@attack("training that starts from a copy of another fold's weights")
def _(w: World) -> Run:
    shutil.copy(_weights(w, "net", 1), w.root / "start.safetensors")
    return _start(w)


@attack("the same, saved anew")
def _(w: World) -> Run:
    save_file(load_file(_weights(w, "net", 1)), w.root / "start.safetensors", {"saved": "anew"})
    return _start(w)


@attack("the same, as .pt")
def _(w: World) -> Run:
    torch.save(load_file(_weights(w, "net", 1)), w.root / "start.pt")
    return _start(w, "start.pt")


def _bare(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The backbone as timm names it, without its last layer."""
    named = {k.removeprefix("backbone."): v for k, v in state.items() if k.startswith("backbone.")}
    return {k: v for k, v in named.items() if not k.startswith("fc.")}


@attack("the same, as .pt, under timm's names and without the last layer")
def _(w: World) -> Run:
    torch.save(_bare(load_file(_weights(w, "net", 1))), w.root / "start.pt")
    return _start(w, "start.pt")


@attack("the same, after the source run was deleted")
def _(w: World) -> Run:
    shutil.copy(_weights(w, "net", 1), w.root / "start.safetensors")
    shutil.rmtree(w.run("net").path)
    return _start(w)


@attack("the same as .pt, after the source run was deleted")
def _(w: World) -> Run:
    torch.save(load_file(_weights(w, "net", 1)), w.root / "start.pt")
    shutil.rmtree(w.run("net").path)
    return _start(w, "start.pt")


@attack(
    "the same under timm's names, after the source run was deleted",
    "says so",
    "says so",
    "a file from outside: nothing here tells what it was trained on",
)
def _(w: World) -> Run:
    save_file(_bare(load_file(_weights(w, "net", 1))), w.root / "start.safetensors")
    shutil.rmtree(w.run("net").path)
    return _start(w)


@attack("the same, after the source run was trained anew")
def _(w: World) -> Run:
    shutil.copy(_weights(w, "net", 1), w.root / "start.safetensors")
    shutil.rmtree(w.fold("net", 1))
    w.train("net", [], [1])
    save_file({k: v * 1.01 for k, v in load_file(_weights(w, "net", 1)).items()}, _weights(w, "net", 1))
    w.mend_files(w.fold("net", 1))
    return _start(w)


@attack("the weights that it started from struck out of the fold's record")
def _(w: World) -> Run:
    shutil.copy(_weights(w, "net", 1), w.root / "start.safetensors")
    run = _start(w)
    edit(run.fold_dir(0) / "fold.json", lambda record: record.update(init_weights=None))
    return run


@attack("the same, and struck out of config.yaml, by a new id", "no")
def _(w: World) -> Run:
    shutil.copy(_weights(w, "net", 1), w.root / "start.safetensors")
    run = _start(w)
    edit(run.fold_dir(0) / "fold.json", lambda record: record.update(init_weights=None))
    change_recipe(run, lambda recipe: recipe.update(weights=None))
    return w.rename(run, "clean")


# what a run is


@attack("a run's folder renamed")
def _(w: World) -> Run:
    path = w.run("hog").path
    return Run(path.rename(path.with_name("y-hog-12345678")))


@attack("a run's folder renamed and its id with it")
def _(w: World) -> Run:
    path = w.run("hog").path
    edit(path / "run.json", lambda record: record.update(id="y-hog-12345678"))
    return Run(path.rename(path.with_name("y-hog-12345678")))


@attack("a key edited in config.yaml")
def _(w: World) -> Run:
    change_recipe(w.run("hog"), lambda recipe: recipe["learner"].update(C=0.5))
    return w.run("hog")


@attack("the seed edited in config.yaml")
def _(w: World) -> Run:
    change_recipe(w.run("net"), lambda recipe: recipe.update(seed=3))
    return w.run("net")


@attack("config.yaml taken away")
def _(w: World) -> Run:
    (w.run("hog").path / "config.yaml").unlink()
    return w.run("hog")


@attack("a key edited in config.yaml, by a new id", "no")
def _(w: World) -> Run:
    change_recipe(w.run("hog"), lambda recipe: recipe["learner"].update(C=0.5))
    return w.rename(w.run("hog"), "other")


@attack("a whole run copied by another name with a model of everybody inside")
def _(w: World) -> Run:
    path = w.run("net").path.with_name("y-copy-00000000")
    shutil.copytree(w.run("net").path, path)
    w.ids["copy"] = path.name
    shutil.copy(_weights(w, "net-all"), path / "fold0/weights.safetensors")
    _predict_with(w, "copy", 0, "copy")
    return w.rename(Run(path), "copy")


@attack("a model of everybody that says it was not, by a new id")
def _(w: World) -> Run:
    edit(w.run("net-all").path / "run.json", lambda record: record.update(all_data=False))
    return w.rename(w.run("net-all"), "plain")


@attack("the same, and its fold's record and OOF rows made up", "no")
def _(w: World) -> Run:
    path, honest = w.run("hog-all").path, w.run("hog")
    edit(path / "run.json", lambda record: record.update(all_data=False))
    shutil.copy(honest.fold_dir(0) / "oof.parquet", path / "fold0/oof.parquet")
    w.say(path / "fold0", "oof.parquet", lambda probs: probs[:, ::-1], honest.record)
    own = json.loads((honest.fold_dir(0) / "fold.json").read_text())
    keys = ("n_train", "n_valid", "train_groups", "temperature")
    edit(path / "fold0/fold.json", lambda record: record.update({key: own[key] for key in keys}))
    edit(path / "fold0/fold.json", lambda record: record.update(oof=file_sha256(path / "fold0/oof.parquet")))
    return w.rename(w.run("hog-all"), "plain")


@attack("a run from outside that says it was trained here")
def _(w: World) -> Run:
    edit(w.run("hog").path / "run.json", lambda record: record.update(id="y-mine-12345678", recipe="mine"))
    path = w.run("hog").path
    (path / "config.yaml").unlink()
    return Run(path.rename(path.with_name("y-mine-12345678")))


@attack("the fingerprint of the train people mended after other people were trained on")
def _(w: World) -> Run:
    edit(w.fold("hog") / "fold.json", lambda record: record.update(train_groups=fingerprint(["p0", "p1"])))
    return w.run("hog")


@attack("more train rows than the train side has")
def _(w: World) -> Run:
    edit(w.fold("net") / "fold.json", lambda record: record.update(n_train=24))
    return w.run("net")


# what a run stands on


def _shown(w: World, folder: Path) -> None:
    """Replace the train photos by pictures that show their label."""
    train = w.workspace.train
    for image, label in zip(train["image"], train["y"], strict=True):
        Image.new("RGB", (32, 32), (255 * label, 0, 0)).save(folder / image)


def _on(w: World, part: str) -> Callable[[dict[str, Any]], object]:
    now = getattr(w.workspace.basis, part)
    return lambda record: record["basis"].update({part: now})


@attack("photos replaced by pictures that show their label, after training")
def _(w: World) -> Run:
    _shown(w, w.root / "data")
    return w.run("hog")


@attack("the same, and the run's record mended")
def _(w: World) -> Run:
    _shown(w, w.root / "data")
    edit(w.run("hog").path / "run.json", _on(w, "pixels"))
    return w.run("hog")


@attack("the same, by a new id", "no")
def _(w: World) -> Run:
    _shown(w, w.root / "data")
    edit(w.run("hog").path / "run.json", _on(w, "pixels"))
    return w.rename(w.run("hog"))


@attack("the same, and what the cache remembers of the photos forged", "no")
def _(w: World) -> Run:
    hashes = dict(w.workspace.pixels.hashes)
    _shown(w, w.root / "data")
    w.workspace.pixels.fingerprint  # noqa: B018 - it reads the photos and remembers them
    path = w.root / "data/cache/photos.parquet"
    table = pd.read_parquet(path)
    table.assign(sha256=table["image"].map(hashes)).to_parquet(path, index=False)
    return w.run("hog")


@attack(
    "photos replaced by pictures that show their label, before anything was trained",
    "no",
    "no",
    "the photos are what the competition gave, as far as anybody here knows",
)
def _(w: World) -> Run:
    _shown(w, w.root / "data")
    return w.train("net", ["seed=2"], [0])


def _poison(w: World, shape: int, change: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> None:
    """Change the train side's cached arrays of so many dimensions, by the labels, and mend their checksums."""
    train = w.workspace.train.sort_values("image")
    for path in (w.root / "data/cache").glob("*.npy"):
        array = np.load(path)
        if array.ndim == shape and len(array) == len(train):
            _replace_array(path, change(array, train["y"].to_numpy()))


def _replace_array(path: Path, array: np.ndarray) -> None:
    crc32 = write_array(path, array.shape, array.dtype, [array])
    edit(path.with_suffix(".json"), lambda record: record.update(crc32=crc32))


def _fill_cache(w: World, recipe: str) -> None:
    shutil.rmtree(w.train(recipe, ["seed=4"], [0]).path)


@attack("a poisoned image cache with a mended checksum, before a network is trained", "no")
def _(w: World) -> Run:
    _fill_cache(w, "net")
    _poison(w, 4, lambda array, y: np.broadcast_to(255 * y[:, None, None, None], array.shape).astype(np.uint8))
    return w.train("net", ["seed=2"], [0])


@attack("a poisoned feature cache with a mended checksum, before a classic learner is trained", "no")
def _(w: World) -> Run:
    _fill_cache(w, "hog")
    _poison(w, 3, lambda array, y: (array + y[:, None, None]).astype(np.float32))
    return w.train("hog", ["holdout=0.2"], [0])


@attack("face boxes made anew after training")
def _(w: World) -> Run:
    boxes(w, lambda image, label: (2, 2, 30, 30))
    return w.run("cut")


@attack("one face box edited after training, its record mended")
def _(w: World) -> Run:
    path = w.root / "runs/crops.csv"
    table = pd.read_csv(path, dtype=str)
    table.loc[0, "left"] = "9"
    table.to_csv(path, index=False)
    told = fingerprint([[str(value) for value in row] for row in table.itertuples(index=False, name=None)])
    edit(path.with_suffix(".json"), lambda record: record.update(table=told))
    return w.run("cut")


@attack("the margin of the face boxes edited after training")
def _(w: World) -> Run:
    edit(w.root / "runs/crops.json", lambda record: record.update(margin=0.0))
    return w.run("cut")


def _by_label(image: str, label: int | None) -> tuple[int, int, int, int]:
    return (0, 0, 32, 32) if label else (12, 12, 20, 20)


@attack(
    "face boxes that depend on the label, from a csv, before training",
    "says so",
    "says so",
    "whoever wrote the csv knows where the boxes come from",
)
def _(w: World) -> Run:
    boxes(w, _by_label)
    return w.train("cut", [], [0])


@attack("the same, and their record names a detector", "no")
def _(w: World) -> Run:
    from kit.images.faces import load_detector

    boxes(w, _by_label)
    told = {"detector": "yunet", "threshold": 0.5, "package": load_detector("yunet")[1]}
    edit(w.root / "runs/crops.json", lambda record: record.update(told))
    return w.train("cut", [], [0])


def _other_folds(w: World) -> None:
    table = w.workspace.train[["image", "group"]]
    number = {f"p{person}": (person // 4) % N_FOLDS for person in range(12)}
    write_folds(w.root / "runs/folds.csv", Folds(table.assign(fold=table["group"].map(number).astype(np.int64))))


@attack("validation people moved in folds.csv")
def _(w: World) -> Run:
    _other_folds(w)
    return w.run("hog")


@attack("the same, and the run's record mended")
def _(w: World) -> Run:
    _other_folds(w)
    edit(w.run("hog").path / "run.json", _on(w, "folds"))
    return w.run("hog")


@attack("labels edited in the train table")
def _(w: World) -> Run:
    _relabel(w)
    return w.run("hog")


@attack("the same, and what the run stands on struck out of its record")
def _(w: World) -> Run:
    _relabel(w)
    edit(w.run("hog").path / "run.json", lambda record: record.update(basis=dict.fromkeys(record["basis"])))
    path = w.run("hog").path
    edit(path / "run.json", lambda record: record["basis"].update(pixels=w.workspace.basis.pixels))
    return w.run("hog")


@attack("the same, as a record of an older kit", "says so", "yes")
def _(w: World) -> Run:
    _relabel(w)
    edit(w.run("hog").path / "run.json", lambda record: record.update(basis=dict.fromkeys(record["basis"])))
    return w.run("hog")


def _relabel(w: World) -> None:
    path = w.root / "data/train.csv"
    path.write_text(path.read_text().replace("p2-0.png,p2,dark", "p2-0.png,p2,light"))


@attack(
    "a test photo that is a train photo saved anew",
    "no",
    "no",
    "duplicates are told by their files; a photo that was saved anew is another one",
)
def _(w: World) -> Run:
    Image.open(w.root / "data/p2-0.png").save(w.root / "data/t0.jpg", quality=95)
    (w.root / "data/t0.jpg").rename(w.root / "data/t0.png")
    return w.train("hog", ["holdout=0.2"], [0])


@attack(
    "a teacher chosen by its OOF score, and that struck out of round.json",
    "no",
    "no",
    "why somebody took these teachers stands nowhere else",
)
def _(w: World) -> Run:
    draw(w.root / "unused.png", 0, np.random.default_rng(0))
    w.label([w.run("hog")], force=True)
    edit(w.round / "round.json", lambda record: record["tasks"]["y"].update(selected=[]))
    return w.train("hog", ["holdout=0.2"], [0], round=1)
