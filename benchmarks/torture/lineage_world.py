"""A small competition with runs that were really trained, which attacks on lineage copy and change."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from PIL import Image

from benchmarks.toy import blind
from kit.competition.workspace import Workspace
from kit.files import file_sha256, fingerprint
from kit.folds.frozen import Folds, write_folds
from kit.images.crops import make_crops
from kit.learn.plan import plan_run
from kit.learn.train import train_run
from kit.pseudo.make import make_round
from kit.pseudo.record import PseudoSettings, Teachers
from kit.recipes.load import load_recipe
from kit.reporter import Reporter
from kit.runs.identity import id_of, kept_recipe, run_content
from kit.runs.predictions import Predictions, write_predictions
from kit.runs.record import RunRecord
from kit.runs.store import Run

SPEC = """\
name: torture
data: data
host: manual
metric: accuracy
train: {table: train.csv, images: "{image}", group: person}
test: {table: test.csv, images: "{image}"}
tasks: {y: {classes: [dark, light], column: y}}
recipe: hog
submission: {id: image, label: y}
"""
HOG = "features: hog\nlearner: logreg\nsize: 32\nholdout: 0.25\n"
RECIPES = {
    "hog": HOG,
    "cut": f"{HOG}images: crop\n",
    "net": "model: test_resnet\npretrained: false\nsize: 32\naugment: []\noptimizer: {lr: 0.003}\nepochs: 2\n"
    "batch_size: 8\n",
}
N_PEOPLE, N_FOLDS, SIZE = 12, 3, 32
SETTINGS = PseudoSettings(policy="soft", calibrate=True)  # type: ignore[call-arg]


@dataclass(frozen=True)
class World:
    """A workspace with a round, a pooled round and runs: hog and net, hog-all and net-all of everybody, taught (hog of
    round 1), pooled (hog of the pooled round 1), cut (hog of boxes from a csv).
    """

    root: Path
    ids: dict[str, str]

    @property
    def workspace(self) -> Workspace:
        """As it is on disk now."""
        return Workspace(self.root)

    def run(self, name: str) -> Run:
        return Run(self.root / "runs" / self.ids[name])

    def fold(self, name: str, fold: int = 0) -> Path:
        return self.run(name).fold_dir(fold)

    @property
    def round(self) -> Path:
        return self.root / "runs/pseudo/round1"

    def copy(self, root: Path) -> World:
        shutil.copytree(self.root, root)
        return World(root, dict(self.ids))

    def train(
        self,
        recipe: str,
        overrides: Sequence[str] = (),
        folds: Sequence[int] | None = None,
        round: int = 0,
        teachers: Teachers = "own_fold",
        all_data: bool = False,
        init_round: int | None = None,
    ) -> Run:
        workspace = self.workspace
        loaded = load_recipe(recipe, workspace.recipes_dir, overrides)
        options: Any = {"round": round, "teachers": teachers, "all_data": all_data, "init_round": init_round}
        return train_run(workspace, plan_run(workspace, ["y"], recipe, loaded, **options), folds, Reporter())

    def label(self, runs: Sequence[Run], teachers: Teachers = "own_fold", force: bool = False, number: int = 1) -> None:
        make_round(self.workspace, number, {"y": runs}, SETTINGS, teachers, (), blind, Reporter(), force=force)

    def mend_files(self, folder: Path) -> None:
        """Write the hashes of a fold's files into its record, as they are now."""

        def mend(record: dict[str, Any]) -> None:
            for key, name in (("oof", "oof.parquet"), ("test", "test.parquet"), ("weights", "weights.safetensors")):
                if record[key] is not None and (folder / name).exists():
                    record[key] = file_sha256(folder / name)

        edit(folder / "fold.json", mend)

    def mend_labels(self, fold: int = 0) -> None:
        """Write the hash of a changed label file wherever a hash of it stands, and the run's id after it."""
        sha256 = file_sha256(self.round / f"y-fold{fold}.parquet")
        edit(self.round / "round.json", lambda record: record["tasks"]["y"]["files"][fold].update(sha256=sha256))
        edit(self.fold("taught", fold) / "fold.json", lambda record: record["pseudo_files"].update(y=sha256))
        self.own_labels()

    def own_labels(self) -> Run:
        """Let the taught run name the round's labels as they are now, by a new id."""
        files = json.loads((self.round / "round.json").read_text())["tasks"]["y"]["files"]
        name = fingerprint([[file["name"], file["sha256"]] for file in files])
        edit(self.run("taught").path / "run.json", lambda record: record["pseudo"].update(y=name))
        return self.rename(self.run("taught"))

    def rename(self, run: Run, name: str | None = None) -> Run:
        """Give a run the id that its content has now, by another recipe's name where one is given."""
        path = run.path
        if name is not None:
            edit(path / "run.json", lambda record: record.update(recipe=name))
        record = Run(path).record
        fold = Run(path).fold_record(Run(path).finished_folds[0])
        recipe = kept_recipe(run)
        weights = fold.init_weights if recipe.get("weights") else None
        content = run_content(
            self.workspace, record, recipe, weights=weights, start_family=record.init_from, with_bins=()
        )
        new = id_of(record, content)
        edit(path / "run.json", lambda record: record.update(id=new))
        for key, old in self.ids.items():
            if old == path.name:
                self.ids[key] = new
        path.rename(path.with_name(new))
        return Run(path.with_name(new))

    def say(self, folder: Path, name: str, change: Callable[[np.ndarray], np.ndarray], record: RunRecord) -> None:
        """Change the probabilities (n, 2) of a predictions file, and mend its hash."""
        table = pd.read_parquet(folder / name)
        probs = change(table[["y/dark", "y/light"]].to_numpy(float))
        write_predictions(folder / name, Predictions(table["image"].to_numpy(object), {"y": probs}), record.classes)
        self.mend_files(folder)

    def truth(self, images: Sequence[str]) -> np.ndarray:
        """(n, 2): the class of train photos, as an all but sure prediction."""
        train = self.workspace.train.set_index("image")["y"]
        return np.clip(np.eye(2)[train.loc[list(images)].to_numpy()], 0.01, 0.99)


def edit(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Edit a record and mend its checksum, as a person who wants to deceive would."""
    content = json.loads(path.read_text())
    change(content)
    content.pop("checksum")
    path.write_text(json.dumps(content | {"checksum": fingerprint(content)}))


def draw(path: Path, label: int, rng: np.random.Generator) -> None:
    """A grey photo that is a little lighter where its label is 1."""
    grey = rng.normal(120 + 12 * label, 20, 3) + rng.normal(0, 40, (SIZE, SIZE, 3))
    grey[: SIZE // 2] += 25 * label
    Image.fromarray(grey.clip(0, 255).astype(np.uint8)).save(path)


def build(root: Path) -> World:
    """Draw the photos and train the runs."""
    rng = np.random.default_rng(0)
    for folder in ("data", "runs", "recipes", "submissions"):
        (root / folder).mkdir(parents=True)
    rows = [
        {"image": f"p{person}-{shot}.png", "person": f"p{person}", "y": ("dark", "light")[person % 2]}
        for person in range(N_PEOPLE)
        for shot in range(2)
    ]
    for row in rows:
        draw(root / "data" / row["image"], int(row["y"] == "light"), rng)
    test = [f"t{number}.png" for number in range(9)]
    for number, name in enumerate(test[:-1]):
        draw(root / "data" / name, number % 2, rng)
    shutil.copy(root / "data/p0-0.png", root / "data" / test[-1])
    pd.DataFrame(rows).to_csv(root / "data/train.csv", index=False)
    pd.DataFrame({"image": test}).to_csv(root / "data/test.csv", index=False)
    (root / "competition.yaml").write_text(SPEC)
    for recipe, text in RECIPES.items():
        (root / f"recipes/{recipe}.yaml").write_text(text)
    table = Workspace(root).train[["image", "group"]]
    fold_of = {f"p{person}": (person // 2) % N_FOLDS for person in range(N_PEOPLE)}
    write_folds(root / "runs/folds.csv", Folds(table.assign(fold=table["group"].map(fold_of).astype(np.int64))))
    world = World(root, {})
    boxes(world, lambda image, label: (4, 4, 28, 28))
    for name, options in {
        "hog": {},
        "hog-all": {"recipe": "hog", "all_data": True},
        "net": {},
        "net-all": {"recipe": "net", "all_data": True},
        "cut": {},
    }.items():
        world.ids[name] = world.train(**{"recipe": name, **options}).id  # type: ignore[arg-type]
    world.label([world.run("hog")])
    world.label([world.run("hog")], "pooled")
    world.ids["taught"] = world.train("hog", round=1).id
    world.ids["pooled"] = world.train("hog", round=1, teachers="pooled").id
    return world


def boxes(world: World, box: Callable[[str, int | None], tuple[int, int, int, int]]) -> None:
    """Give a csv of boxes, from each photo's name and label (None of a test photo)."""
    workspace = world.workspace
    labels = dict(zip(workspace.train["image"], workspace.train["y"], strict=True))
    images = [*workspace.train["image"], *workspace.test["image"]]
    table = pd.DataFrame(
        [box(image, labels.get(image)) for image in images], columns=["left", "top", "right", "bottom"]
    )
    table.insert(0, "image", images)
    path = world.root / "boxes.csv"
    table.to_csv(path, index=False)
    make_crops(workspace, images, boxes=path)


def change_recipe(run: Run, change: Callable[[dict[str, Any]], object]) -> None:
    """Edit a run's config.yaml."""
    path = run.path / "config.yaml"
    content = yaml.safe_load(path.read_text())
    change(content)
    path.write_text(yaml.safe_dump(content, sort_keys=False))
