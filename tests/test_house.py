"""The house: which room may import which, what light commands may load, and that every command is documented."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import LONGEST
from shared.mini import mini_workspace

from kit.cli.main import COMMANDS, cli

ROOT = Path(__file__).parent.parent
ROOMS = (
    "evidence",
    "folds",
    "targets",
    "competition",
    "images",
    "runs",
    "pseudo",
    "recipes",
    "learn",
    "fleet",
    "blend",
    "submissions",
    "selection",
    "hosts",
    "ship",
    "report",
    "presets",
    "cli",
)
ABOVE = (
    "errors",
    "conflict",
    "cores",
    "openmp",
    "disk",
    "owner",
    "claim",
    "reading",
    "encodings",
    "table_form",
    "table_file",
    "parquet_file",
    "files",
    "schema",
    "reporter",
    "seed",
    "documented",
    "keys",
    "wording",
)
"""Modules above all rooms: they import one another and no room."""
OF_TABLES = ("files", "found", "tasks", "sides", "who", "answers")
"""The rooms of kit/presets/table, each of which may import those before it; asking.py stands above them all."""
PURE = ("evidence", "pseudo/choose.py", "blend/decide.py", "blend/weights.py", "selection/posterior.py")


def imported(path: Path) -> set[str]:
    """The names of all modules that a file imports, also inside functions."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def rooms_imported(path: Path) -> set[str]:
    return {name.split(".")[1] for name in imported(path) if name.startswith("kit.")}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_rooms_above_it(room: str) -> None:
    allowed = {*ABOVE, *ROOMS[: ROOMS.index(room) + 1], *(["door", "__version__"] if room == "cli" else [])}
    for path in sorted((ROOT / "kit" / room).rglob("*.py")):
        assert rooms_imported(path) <= allowed, f"{path} imports {rooms_imported(path) - allowed}"


@pytest.mark.parametrize("room", OF_TABLES)
def test_a_room_of_tables_imports_only_those_above_it(room: str) -> None:
    allowed = {"asking", *OF_TABLES[: OF_TABLES.index(room) + 1]}
    for path in sorted((ROOT / "kit/presets/table" / room).glob("*.py")):
        known = {name.split(".")[3] for name in imported(path) if name.startswith("kit.presets.table.")}
        assert known <= allowed, f"{path} imports {known - allowed}"


def test_the_rooms_of_tables_are_those() -> None:
    folders = {path.parent.name for path in (ROOT / "kit/presets/table").rglob("*.py")}
    assert folders == {"table", *OF_TABLES}


def test_the_files_of_tests_that_begin_first_are_there() -> None:
    assert [name for name in LONGEST if not (ROOT / "tests" / name).is_file()] == []


def test_every_file_has_its_place_in_the_house() -> None:
    for path in sorted((ROOT / "kit").glob("*.py")):
        if path.stem in ABOVE:
            assert rooms_imported(path) <= set(ABOVE), path
        else:
            assert path.stem in ("__init__", "__main__", "door"), path
    assert "cli" not in rooms_imported(ROOT / "kit/door.py")
    folders = {path.name for path in (ROOT / "kit").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == set(ROOMS)


def test_evidence_imports_nothing_but_errors() -> None:
    for path in sorted((ROOT / "kit/evidence").rglob("*.py")):
        assert rooms_imported(path) <= {"errors", "evidence"}, path


@pytest.mark.parametrize("room", ["pseudo", "recipes", "runs", "selection", "blend", "submissions"])
def test_what_is_data_or_maths_imports_no_torch(room: str) -> None:
    for path in sorted((ROOT / "kit" / room).rglob("*.py")):
        assert not {name.split(".")[0] for name in imported(path)} & {"torch", "timm", "albumentations"}, path


def test_no_file_is_longer_than_300_lines() -> None:
    for path in sorted((ROOT / "kit").rglob("*.py")):
        assert len(path.read_text().splitlines()) <= 300, path


def test_the_maths_imports_no_torch_and_touches_no_disk() -> None:
    for place in PURE:
        path = ROOT / "kit" / place
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            names = imported(file)
            assert not {name.split(".")[0] for name in names} & {"torch", "timm", "pathlib", "os"}, file
            assert "kit.files" not in names, file


def test_the_library_prints_nothing() -> None:
    for path in sorted((ROOT / "kit").rglob("*.py")):
        calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
        printing = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"]
        assert not printing, f"{path}:{printing[0].lineno} prints"


@pytest.mark.parametrize("arguments", [["--help"], ["runs"], ["recipes", "vit"], ["leaderboard"]])
def test_light_commands_load_neither_torch_nor_timm(arguments: list[str], tmp_path: Path) -> None:
    mini_workspace(tmp_path)
    code = (
        "import sys, kit.cli\n"
        f"try: kit.cli.main({arguments!r})\n"
        "except SystemExit as stop: assert not stop.code, stop.code\n"
        "heavy = {'torch', 'timm', 'albumentations', 'kaggle', 'cv2'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_stands_in_the_readme(name: str) -> None:
    shown = CliRunner().invoke(cli, [name, "--help"])
    assert shown.exit_code == 0, shown.output
    assert f"`kit {name}" in (ROOT / "README.md").read_text()


def test_the_readme_names_no_command_or_option_that_does_not_exist() -> None:
    for line in re.findall(r"`kit ([a-z]+[^`\n|]*)`", (ROOT / "README.md").read_text()):
        words = line.split()
        assert words[0] in COMMANDS, line
        text = CliRunner().invoke(cli, [words[0], "--help"]).output
        for option in (word for word in words if word.startswith("--")):
            assert option in text, f"kit {line}"


def test_a_misspelt_command_names_the_nearest_one() -> None:
    done = subprocess.run([sys.executable, "-m", "kit", "trian"], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 2
    assert "did you mean 'train'?" in done.stderr
    assert "Traceback" not in done.stderr


def test_outside_of_a_workspace_a_command_says_how_to_start(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "kit", "runs"], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 2
    assert "kit init" in done.stderr
