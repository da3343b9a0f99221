"""A workspace from a preset: its texts written, its data made where kit makes it, and a first look at what is there."""

from __future__ import annotations

from pathlib import Path

from kit.claim import claimed
from kit.competition.tables import WITHOUT_TEST, without_train
from kit.competition.workspace import SPEC_NAME, Workspace
from kit.errors import KitError, nearest
from kit.presets import check_new, data_key, write_workspace
from kit.presets.digits import digits_files, write_digits
from kit.presets.mask import demo_files, mask_files
from kit.presets.table import FIXES, Guide, TableOptions, infer
from kit.reading import require_utf8
from kit.report.doctor_data import look_at_sample
from kit.report.doctor_labels import look_at_names
from kit.reporter import Reporter

PRESETS = ("mask", "digits", "table", "demo")


def start_workspace(
    root: Path,
    preset: str,
    data_dir: Path,
    *,
    force: bool = False,
    table: TableOptions | None = None,
    guide: Guide | None = None,
    demo: dict[str, int] | None = None,
    reporter: Reporter | None = None,
) -> Workspace:
    """Write competition.yaml and make the folders of a workspace; `digits` and `demo` make their data first.

    `demo` are arguments of `draw_demo`. A competition.yaml that says something else is only replaced with `force`.
    """
    reporter = reporter or Reporter()
    for folder in (root, data_dir):
        require_utf8(folder.resolve())
    with claimed(root / SPEC_NAME, reporter):
        return _start(root, preset, data_dir, force=force, table=table, guide=guide, demo=demo, reporter=reporter)


def _start(
    root: Path,
    preset: str,
    data_dir: Path,
    *,
    force: bool,
    table: TableOptions | None,
    guide: Guide | None,
    demo: dict[str, int] | None,
    reporter: Reporter,
) -> Workspace:
    data = data_key(root, data_dir)
    if preset == "mask":
        files = mask_files(data)
    elif preset == "table":
        asked = guide or Guide()
        found = infer(data_dir, data, root.resolve().name, root / SPEC_NAME, table or TableOptions(), asked)
        asked.show(found)
        files = {SPEC_NAME: found.text} | ({} if found.fixes is None else {FIXES: found.fixes})
    elif preset == "digits":
        files = digits_files(data)
        check_new(root, files, force=force)
        write_digits(data_dir)
    elif preset == "demo":
        from kit.presets.demo.draw import draw_demo

        files = demo_files(data, "answers.csv")
        check_new(root, files, force=force)
        draw_demo(data_dir, **(demo or {}), reporter=reporter)
    else:
        raise KitError(f"there is no preset '{preset}'", todo=nearest(preset, PRESETS))
    return write_workspace(root, files, force=force)


def first_look(workspace: Workspace, reporter: Reporter) -> None:
    """Tell what the tables hold: photos, people, ids that repeat, and what does not fit competition.yaml yet."""
    if not workspace.data_dir.is_dir():
        reporter.info(f"the data is not there yet: put the competition's files in {workspace.data_dir}")
        return
    try:
        tables = workspace.tables
    except KitError as error:
        reporter.warn(f"the data does not fit competition.yaml yet: {error}")
        return
    train, test = tables.train, tables.test
    reporter.info(f"{len(train)} train photos of {train['group'].nunique()} groups, {len(test)} test photos")
    for note in (*tables.reading, *tables.notes):
        reporter.info(note)
    if tables.repeated_groups:
        reporter.info(f"ids that stand for more than one row, kept together: {', '.join(tables.repeated_groups)}")
    for gone, side, rows in zip(tables.gone, ("train", "test"), (train, test), strict=True):
        allowed = side == "test" and bool(workspace.allowed_missing)
        if gone and not allowed:
            todo = without_train(gone[0]) if side == "train" else WITHOUT_TEST
            what = f"{len(gone):,} of {len(rows):,} {side} photos that the tables name are not there, such as {gone[0]}"
            reporter.warn(f"{what}: {todo} (`kit doctor` lists them)")
    for finding in (*look_at_names(workspace, tables), *look_at_sample(workspace)):
        told = "; ".join(filter(None, (finding.what, finding.todo)))
        (reporter.info if finding.level == "ok" else reporter.warn)(f"{finding.where}: {told}")
