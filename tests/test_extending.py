"""What docs/design.md tells a stranger to write, written in a copy of kit and run from the command line."""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from PIL import Image
from shared import forked
from shared.trained import trained

from kit.competition.workspace import Workspace

ROOT = Path(__file__).parent.parent
SHOWS = {
    "A metric of one competition": ["out of fold, worst_recall"],
    "A metric for everybody": ["out of fold, error"],
    "A loss": ["1 of 2 folds"],
    "A head": ["1 of 2 folds"],
    "A classic learner": ["1 of 2 folds"],
    "A host": ["pending at folder, reference 1"],
    "A tracker": ["curve: mask-tiny", "fold 0 epoch 0 loss"],
    "An image reader": ["126 train photos", "168 photos were read"],
    "A command": ["worn male <30"],
}
"""What the commands of each section of the page print once its blocks are in place."""


@dataclass(frozen=True)
class Block:
    language: str
    path: str
    lines: tuple[str, ...]

    def apply(self, folder: Path) -> None:
        """Write a new file, or make the changes of a diff where the lines that say where are found exactly once."""
        path = folder / self.path
        if self.language == "python":
            assert not path.exists(), f"{self.path} is there already"
            path.write_text("\n".join(self.lines) + "\n")
            return
        old, new = (
            "".join(f"{line[1:]}\n" for line in self.lines if line[:1] in marks or not line) for marks in (" -", " +")
        )
        text = path.read_text()
        assert f"\n{text}".count(f"\n{old}") == 1, f"{self.path} does not hold these lines once:\n{old}"
        path.write_text(f"\n{text}".replace(f"\n{old}", f"\n{new}")[1:])

    @property
    def added(self) -> int:
        return len(self.lines) if self.language == "python" else sum(line.startswith("+") for line in self.lines)


@cache
def how_tos() -> dict[str, tuple[list[Block], list[str]]]:
    """The blocks to write and the commands to run of every section under 'What to write'."""
    page = (ROOT / "docs/design.md").read_text().split("\n## What to write\n")[1].split("\n## ")[0]
    found = {}
    for section in page.split("\n### ")[1:]:
        blocks, commands = [], []
        for language, text in re.findall(r"^```(\w+)\n(.*?)^```$", section, flags=re.DOTALL | re.MULTILINE):
            lines = text.splitlines()
            if language == "sh":
                commands += lines
            else:
                blocks.append(Block(language, lines[0].removeprefix("# "), tuple(lines[1:])))
        found[section.splitlines()[0]] = blocks, commands
    return found


def run(workspace: Workspace, code: Path, commands: Sequence[str]) -> str:
    """All that the commands print, with the kit that lies in the folder `code`."""
    told = ""
    for command in commands:
        _, out, err = forked.run(command.split()[1:], workspace.root, code)
        assert "Traceback" not in err, err
        told += out + err
    return told


def with_a_raw_photo(workspace: Workspace) -> None:
    """Make a raw one of a photo of the first person."""
    photo = next((workspace.data_dir / "train/images").glob("000000*/normal.*"))
    with Image.open(photo) as image:
        data = struct.pack("<II", *image.size) + image.convert("RGB").tobytes()
    photo.with_suffix(".rgb").write_bytes(data)
    photo.unlink()


def test_the_page_tells_of_everything_that_can_be_added() -> None:
    assert list(how_tos()) == list(SHOWS)


@pytest.mark.parametrize("title", SHOWS)
def test_each_is_one_file_and_at_most_one_line_elsewhere(title: str) -> None:
    blocks, commands = how_tos()[title]
    *elsewhere, _ = sorted(block.added for block in blocks if block.path != "competition.yaml")
    assert elsewhere in ([], [1])
    assert commands and all(command.startswith("kit ") for command in commands)


@pytest.mark.parametrize("title", SHOWS)
def test_what_the_page_says_works_and_was_not_there_before(title: str, tmp_path: Path) -> None:
    blocks, commands = how_tos()[title]
    code, told = tmp_path / "code", {}
    forked.copy_kit(code)
    for time in ("before", "after"):
        workspace, _ = trained(tmp_path / time)
        if title == "An image reader":
            with_a_raw_photo(workspace)
        for block in blocks:
            if block.path == "competition.yaml" or time == "after":
                block.apply(code if block.path.startswith("kit/") else workspace.root)
        told[time] = run(workspace, code, commands)
    assert not any(part in told["before"] for part in SHOWS[title]), told["before"]
    assert all(part in told["after"] for part in SHOWS[title]), told["after"]
