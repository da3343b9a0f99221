"""`kit recipes`: which there are and what each is for, and a recipe with every key explained."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
import yaml
from shared.answers import answer_in
from shared.mini import SPEC

from kit.cli.main import main
from kit.documented import Key, keys_of
from kit.pseudo.record import PseudoSettings
from kit.recipes.classic import ClassicRecipe
from kit.recipes.explain import ExplainedKey, explain_recipe, list_recipes
from kit.recipes.load import SHIPPED, load_recipe, recipe_names
from kit.recipes.network import Recipe

NAMES = sorted(path.stem for path in SHIPPED.glob("*.yaml"))


def printed(folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as stopped:
        main(["-C", str(folder), "recipes", *arguments])
    assert not stopped.value.code
    return capsys.readouterr().out


def by_name(name: str, recipes_dir: Path | None = None) -> dict[str, ExplainedKey]:
    return {line.name: line for line in explain_recipe(name, recipes_dir).keys}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A folder with a competition.yaml (and no data), and two recipes of its own, one with a shipped one's name."""
    (tmp_path / "competition.yaml").write_text(SPEC)
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes/mine.yaml").write_text(
        "# For quick tries.\nmodel: vgg16\nsize: 32\nepochs: 1\nbatch_size: 8\n"
    )
    (tmp_path / "recipes/demo.yaml").write_text("# Ours.\nlearner: knn\nfeatures: hog\nsize: 32\n")
    return tmp_path


@pytest.mark.parametrize("model", [Recipe, ClassicRecipe, PseudoSettings])
def test_every_key_of_recipes_has_a_docstring_that_ends(model: type[Recipe]) -> None:
    for key in keys_of(model):
        assert key.meaning.endswith("."), f"{key.owner.__name__}.{key.name}: '{key.meaning}'"


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_recipe_says_what_it_is_for(name: str) -> None:
    listed = {line.name: line for line in list_recipes(None)}[name]
    assert listed.purpose.endswith((".", ".)")) and len(listed.purpose) > 40
    assert "#" not in listed.purpose and "\n" not in listed.purpose


def test_outside_of_a_workspace_the_shipped_ones_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = answer_in(printed(tmp_path, capsys, "--json"))["rows"]
    assert [row["recipe"] for row in rows] == NAMES
    assert {row["from"] for row in rows} == {"shipped"}


def test_a_recipe_of_the_workspace_wins_over_a_shipped_one_and_is_marked(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = {row["recipe"]: row for row in answer_in(printed(workspace, capsys, "--json"))["rows"]}
    assert sorted(rows) == recipe_names(workspace / "recipes")
    assert (rows["mine"]["from"], rows["mine"]["purpose"]) == ("workspace", "For quick tries.")
    assert rows["demo"]["from"] == "workspace, instead of the shipped one" and rows["demo"]["purpose"] == "Ours."
    assert rows["vit"]["from"] == "shipped"
    assert "features=hog  (set by the recipe" in printed(workspace, capsys, "demo")


def test_a_workspace_without_recipes_of_its_own_lists_the_shipped_ones(tmp_path: Path) -> None:
    assert [line.name for line in list_recipes(tmp_path / "recipes")] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_what_is_explained_is_what_is_loaded(name: str) -> None:
    recipe, file = load_recipe(name, SHIPPED), yaml.safe_load((SHIPPED / f"{name}.yaml").read_text())
    for line in by_name(name).values():
        if line.set_by == "nobody" or not line.value:
            continue
        value = recipe.model_dump(mode="json")
        for part in line.name.split("."):
            value = value.get(part)  # what is the default may be left out
        left_out = value is None and line.set_by == "default"
        assert line.value == line.key.default if left_out else yaml.safe_load(line.value) == value, line.name
        assert (line.set_by == "recipe") == (line.name in file) or "." in line.name, line.name


def test_a_key_tells_its_value_its_default_and_who_set_it() -> None:
    keys = by_name("report-age")
    assert (keys["loss"].value, keys["loss"].set_by, keys["loss"].key.default) == (
        "{weighted: 1.0}",
        "recipe",
        "{ce: 1.0}",
    )
    assert (keys["heads.age.kind"].value, keys["heads.age.kind"].set_by) == ("bins", "recipe")
    assert (keys["heads.age.given"].value, keys["heads.age.given"].set_by) == ("null", "default")
    assert (keys["mix"].value, keys["mix.alpha"].value, keys["mix.alpha"].set_by) == ("null", None, "nobody")
    assert keys["epochs"].key.default is None, "a key that must be given has no default"


def test_a_classic_recipe_is_explained_by_the_keys_of_its_own_learner() -> None:
    keys = by_name("features-knn")
    assert {"learner.name", "learner.neighbours", "learner.metric"} <= set(keys)
    assert not {"learner.C", "learner.rounds", "optimizer.lr"} & set(keys)


def test_every_key_of_a_recipe_stands_in_the_explanation() -> None:
    def stands(key: Key, names: set[str]) -> bool:
        return key.name in names or key.name.replace("NAME", "age") in names

    for name, model in (("report-age", Recipe), ("hog-svm", ClassicRecipe)):
        names = set(by_name(name))
        assert all(stands(key, names) for key in keys_of(model) if key.variant in (None, "svm"))


def test_json_and_csv_of_a_recipe_have_a_row_for_each_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = answer_in(printed(tmp_path, capsys, "vit", "--json"))["rows"]
    assert [row["key"] for row in rows] == list(by_name("vit"))
    table = list(csv.DictReader(io.StringIO(printed(tmp_path, capsys, "vit", "--csv"))))
    assert [row["meaning"] for row in table] == [row["meaning"] for row in rows]


def test_what_is_printed_is_wrapped_under_its_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(tmp_path, capsys, "vit")
    assert max(map(len, text.splitlines())) <= 110
    assert "optimizer.layer_decay=0.75  (set by the recipe; the default is null)" in text
    assert "    Learning rate of a layer as a multiple of the one above it" in text


def test_an_unknown_recipe_is_named_with_the_nearest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["-C", str(tmp_path), "recipes", "resnet81"])
    assert stopped.value.code == 2
    assert "did you mean 'resnet18'?" in capsys.readouterr().err
