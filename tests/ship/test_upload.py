"""kit submit --kernel: over the real client and a stand-in host, cut and killed on the way, sent once."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from shared import kaggle_host
from shared.kaggle_host import Fault, KaggleStandIn, Told, connect
from shared.notebook_host import Ran
from shared.trained import kit, poor, trained

from benchmarks.torture.forked import Hook, play, spread
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.files import file_sha256, write_record
from kit.ship.kernel import DATA
from kit.ship.pace import Part, Timing
from kit.ship.sending import FOLDER, Sending, read_sending, sending_path
from kit.ship.steps import Waits
from kit.ship.upload import Cost, submit_by_kernel
from kit.submissions.record import SubmissionRecord, csv_path, find_submission

home, signed_in = kaggle_host.home, kaggle_host.signed_in
pytestmark = pytest.mark.usefixtures("signed_in")
QUICK = Waits(run=20.0, unknown=1.0, settle=0.1, poll=0.01)
NAME = "mine"
MADE = shutil.ignore_patterns("images", "runs")
"""What is not asked for any more where the bundle is made."""


@cache
def template() -> Path:
    """A submission that was written, at a competition that takes notebooks alone."""
    root = Path(tempfile.mkdtemp(prefix="kit-upload-"))
    atexit.register(shutil.rmtree, root, True)
    workspace, ids = trained(root)
    spec = root / "competition.yaml"
    spec.write_text(spec.read_text().replace("host: answers\nanswers: answers.csv\n", "host: kaggle\nslug: masks\n"))
    assert kit(workspace, "submit", "--blend", poor(ids), "--name", NAME) == 0
    return root


@pytest.fixture(scope="module")
def bundled() -> Path:
    """The same, its bundle and its notebook made, and nothing uploaded."""
    root = Path(tempfile.mkdtemp(prefix="kit-upload-"))
    atexit.register(shutil.rmtree, root, True)
    shutil.copytree(template(), root, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as patch, standing(Workspace(root)) as kaggle:
        for name, value in {**kaggle.credentials(), "KAGGLE_API_ENVIRONMENT": "LOCALHOST", "HOME": str(root)}.items():
            patch.setenv(name, value)  # the client looks at them when it is imported
        assert send(Workspace(root), kaggle, confirm=lambda cost: False).sent is None
    return root


@pytest.fixture
def workspace(bundled: Path, tmp_path: Path) -> Workspace:
    shutil.copytree(bundled, tmp_path / "w")
    return Workspace(tmp_path / "w")


@pytest.fixture
def kaggle(workspace: Workspace) -> Iterator[KaggleStandIn]:
    with standing(workspace) as kaggle:
        yield kaggle


def standing(workspace: Workspace) -> KaggleStandIn:
    kaggle = KaggleStandIn(score=lambda data: (0.61, 0.58))
    kaggle.only_notebooks, kaggle.written = True, csv_path(workspace.submissions_dir, NAME).read_bytes()
    return kaggle


def send(workspace: Workspace, kaggle: KaggleStandIn, told: Told | None = None, **more: object) -> SubmissionRecord:
    host = connect(kaggle, timeout=5)
    return submit_by_kernel(workspace, NAME, host, told or Told(), **{"waits": QUICK, **more})  # type: ignore[arg-type]


def steps(workspace: Workspace) -> Sending:
    sending = read_sending(sending_path(workspace.submissions_dir, NAME))
    assert sending is not None
    return sending


def agree(workspace: Workspace, kaggle: KaggleStandIn, versions: int = 1) -> None:
    """Host and records agree: one data set, so many runs of one notebook, one submission of the last."""
    sent, there = find_submission(workspace.submissions_dir, NAME).sent, steps(workspace)
    assert len(kaggle.submissions) == 1 and sent is not None
    assert sent.ref == there.reference == str(kaggle.submissions[0].ref)
    assert there.stage == "sent" and list(kaggle.datasets) == [there.dataset] and list(kaggle.kernels) == [there.kernel]
    assert there.version == len(kaggle.kernels[there.kernel]) == versions
    files = kaggle.datasets[there.dataset]
    assert set(files) == {"manifest.json", *json.loads(files["manifest.json"])["files"]}


def test_a_bundle_is_uploaded_its_notebook_run_and_its_file_submitted(
    workspace: Workspace, kaggle: KaggleStandIn
) -> None:
    costs: list[Cost] = []
    told = Told()
    kaggle.dataset_states = ["403", "BLOBS_RECEIVED", "BLOBS_RECEIVED"]
    kaggle.kernel_states = ["404", "QUEUED", "RUNNING", "RUNNING"]
    kaggle.output_lag, kaggle.code_lag = 2, 3
    record = send(workspace, kaggle, told, wait=True, confirm=lambda cost: not costs.append(cost))
    assert record.public == 0.61 and record.sent is not None and record.sent.status == "complete"
    agree(workspace, kaggle)
    there = steps(workspace)
    (cost,) = costs
    assert (cost.runs, cost.gpu_hours, cost.submissions) == (True, 20.0, 100)
    assert cost.upload > sum(map(len, kaggle.datasets[there.dataset].values())) > 100_000
    assert (there.dataset_version, there.version, there.wrote) == (1, 1, record.csv)
    wrote = workspace.cache_dir / FOLDER / NAME / "submission.csv"
    assert file_sha256(wrote) == record.csv and not (wrote.parent / DATA).exists()
    assert "the notebook wrote the very file of 'mine'" in told.infos
    assert [line for line in told.infos if "running" in line] == [f"the notebook {there.kernel}: running"]


def test_every_setting_of_a_notebook_is_said(workspace: Workspace, kaggle: KaggleStandIn) -> None:
    send(workspace, kaggle)
    there = steps(workspace)
    (version,) = kaggle.kernels[there.kernel]
    said = version.request
    assert said["isPrivate"] is True and said["enableInternet"] is False and said["enableGpu"] is True
    assert (said["machineShape"], said["dockerImagePinningType"]) == ("NvidiaTeslaT4", "original")
    assert said["sessionTimeoutSeconds"] == 9 * 3600
    assert said["datasetDataSources"] == [there.dataset] and said["competitionDataSources"] == ["masks"]
    assert there.kernel == f"me/{said['newTitle']}" and there.bundle[:8] in said["newTitle"]
    assert there.dataset == f"{there.kernel}-data" and len(there.dataset) <= 3 + 50
    assert json.loads(said["text"])["cells"][0]["source"].startswith("import csv")


def test_what_was_sent_is_not_sent_again(workspace: Workspace, kaggle: KaggleStandIn) -> None:
    send(workspace, kaggle)
    before, told = kaggle.calls.copy(), Told()
    assert send(workspace, kaggle, told, wait=True).public == 0.61
    made = ("CreateDataset", "StartBlobUpload", "SaveKernel", "CreateCodeSubmission", "GetKernelSessionStatus")
    assert all(kaggle.calls[call] == before[call] for call in made)
    assert any("nothing was sent" in line for line in told.infos)
    agree(workspace, kaggle)


CALLS = (
    "GetSubmissionLimits",
    "GetAcceleratorQuotaStatistics",
    "GetDatasetStatus",
    "StartBlobUpload",
    "PUT",
    "CreateDataset",
    "GetKernel",
    "SaveKernel",
    "GetKernelSessionStatus",
    "ListKernelSessionOutput",
    "output",
    "ListSubmissions",
    "CreateCodeSubmission",
)
KINDS = ("cut before", "cut after", "cut within", "403", "429", "500", "500 after", ".error", "200 error", "html")
CHANGES = ("CreateDataset", "SaveKernel", "CreateCodeSubmission")
"""The calls that change what the host has."""
FAULTS = [(call, kind) for call in CALLS for kind in (KINDS if call in CHANGES else ("cut after", "403"))]


def test_host_and_records_agree_after_each_of_the_faults(bundled: Path, tmp_path: Path) -> None:
    """Each for as long as the first call has patience; the next finds the host well."""
    assert len(FAULTS) >= 40
    ended = {True: 0, False: 0}
    for number, (call, kind) in enumerate(FAULTS):
        root = tmp_path / f"{number}"
        shutil.copytree(bundled, root, ignore=MADE)
        workspace = Workspace(root)
        with standing(workspace) as kaggle:
            kaggle.faults = [Fault(call, kind, times=3)]
            late = call == "CreateCodeSubmission"
            kaggle.list_lag, waits = (0.3, replace(QUICK, settle=1.0)) if late else (0.0, QUICK)
            try:
                send(workspace, kaggle, waits=waits)
                ended[True] += 1
            except KitError as error:
                ended[False] += 1
                assert "\n" not in str(error), (call, kind)
            assert len(kaggle.submissions) <= 1, (call, kind)
            kaggle.faults = []
            send(workspace, kaggle, waits=waits)
            try:
                agree(workspace, kaggle)
            except AssertionError as error:
                raise AssertionError(f"after {call} {kind}") from error
        shutil.rmtree(root)
    assert min(ended.values()) >= 10


@pytest.mark.parametrize(("begun", "moments"), [(False, 4), (True, 16)], ids=["from the start", "of the sending"])
def test_killed_at_twenty_moments_it_is_sent_once(bundled: Path, tmp_path: Path, begun: bool, moments: int) -> None:
    place, left = tmp_path / "w", set()

    def fresh() -> Workspace:
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(bundled if begun else template(), place, ignore=MADE if begun else None)
        return Workspace(place)

    with standing(fresh()) as kaggle:

        def work(root: Path) -> None:
            send(Workspace(root), kaggle)

        whole = play(work, place, Hook(place))
        assert whole.code == 0, whole.said
        agree(Workspace(place), kaggle)
        for number, at in enumerate(spread(moments, whole.points)):
            workspace = fresh()
            for there in (kaggle.submissions, kaggle.datasets, kaggle.kernels):
                there.clear()
            killed = play(work, place, Hook(place, at, ("SIGKILL", "SIGKILL in a write")[number % 2]))
            assert killed.code == -9, killed.said
            sending = read_sending(sending_path(workspace.submissions_dir, NAME))
            left.add(None if sending is None else sending.stage)
            send(workspace, kaggle)
            agree(workspace, kaggle)
    assert left >= ({"made", "uploading", "pushing", "running", "complete"} if begun else {None}), left


def test_who_says_no_has_uploaded_nothing(workspace: Workspace, kaggle: KaggleStandIn) -> None:
    assert send(workspace, kaggle, confirm=lambda cost: False).sent is None
    assert not kaggle.datasets and not kaggle.kernels and not kaggle.calls["StartBlobUpload"]
    send(workspace, kaggle)
    agree(workspace, kaggle)


def test_a_run_that_fails_is_told_with_its_log_and_run_again_when_asked(
    workspace: Workspace, kaggle: KaggleStandIn
) -> None:
    log = json.dumps([{"stream_name": "stderr", "time": 1.5, "data": "no module named torch\n"}])
    kaggle.runs_notebook = lambda request, hidden: Ran({}, log, "Notebook Threw Exception")
    for _ in range(2):
        with pytest.raises(KitError, match=r"did not run to its end .Notebook Threw Exception.") as caught:
            send(workspace, kaggle)
    assert isinstance(caught.value.where, Path) and caught.value.where.read_text() == "no module named torch\n"
    assert kaggle.calls["SaveKernel"] == 1 and not kaggle.submissions
    kaggle.runs_notebook = lambda request, hidden: Ran({"submission.csv": kaggle.written})
    send(workspace, kaggle, again=True)
    agree(workspace, kaggle, versions=2)
    assert kaggle.calls["CreateDataset"] == 1


def test_what_takes_too_long_on_the_hidden_test_set_is_not_sent_and_told_what_to_leave_out(
    workspace: Workspace, kaggle: KaggleStandIn
) -> None:
    runs = [member.run for some in find_submission(workspace.submissions_dir, NAME).members.values() for member in some]
    parts = {run: Part(runs=(run,), photo=0.5) for run in runs}
    content = Timing(start=60, photos=200, parts=parts)
    place = workspace.root / "timing.json"
    write_record(place, content)
    files = {"submission.csv": kaggle.written, "timing.json": place.read_bytes()}
    kaggle.runs_notebook = lambda request, hidden: Ran(files)
    spec = workspace.root / "competition.yaml"
    before = spec.read_text()
    spec.write_text(before.replace("\ntest:\n", "\ntest:\n  hidden: 20000\n"))
    told = r"the 20,000 photos of the hidden test set take 8\.3 hours of 9 hours, which is above 80%"
    for _ in range(2):
        with pytest.raises(KitError, match=told) as caught:
            send(Workspace(workspace.root), kaggle)
    assert "even one run a head takes 8.3 hours" in str(caught.value.todo)
    assert not kaggle.submissions and kaggle.calls["SaveKernel"] == 1
    spec.write_text(before.replace("\ntest:\n", "\ntest:\n  hidden: 20000\n  hours: 12\n"))
    heard = Told()
    send(Workspace(workspace.root), kaggle, heard)
    agree(workspace, kaggle)
    assert any("take 8.3 hours of 12 hours, as the visible one foretells" in line for line in heard.infos)


def test_a_run_without_a_file_is_not_submitted(workspace: Workspace, kaggle: KaggleStandIn) -> None:
    kaggle.runs_notebook = lambda request, hidden: Ran({"other.csv": b""})
    with pytest.raises(KitError, match=r"it wrote no submission\.csv"):
        send(workspace, kaggle)
    assert not kaggle.submissions


def test_a_notebook_that_lacks_its_data_set_is_not_waited_for(workspace: Workspace, kaggle: KaggleStandIn) -> None:
    taken = kaggle.SaveKernel

    def without(request: dict[str, object]) -> dict[str, object]:
        kaggle.datasets.clear()
        return taken(request)

    kaggle.SaveKernel = without  # type: ignore[method-assign]
    with pytest.raises(KitError, match=r"without the data set me/kit-mine-.*-data"):
        send(workspace, kaggle)
    assert not kaggle.submissions and not kaggle.calls["GetKernelSessionStatus"]


def test_another_machine_runs_the_same_data_set_anew(workspace: Workspace, kaggle: KaggleStandIn) -> None:
    kaggle.runs_notebook = lambda request, hidden: Ran({}, failure="Notebook Timeout")
    with pytest.raises(KitError, match="Notebook Timeout"):
        send(workspace, kaggle)
    kaggle.runs_notebook = lambda request, hidden: Ran({"submission.csv": kaggle.written})
    send(workspace, kaggle, gpu=False)
    agree(workspace, kaggle, versions=2)
    last = kaggle.kernels[steps(workspace).kernel][-1].request
    assert last["enableGpu"] is False and "machineShape" not in last and kaggle.calls["CreateDataset"] == 1


def test_a_cache_that_is_gone_is_made_anew(workspace: Workspace, kaggle: KaggleStandIn) -> None:
    kaggle.faults = [Fault("SaveKernel", "403", times=9)]
    with pytest.raises(KitError):
        send(workspace, kaggle)
    assert steps(workspace).stage == "uploaded"
    shutil.rmtree(workspace.cache_dir / FOLDER)
    kaggle.faults = []
    send(workspace, kaggle)
    agree(workspace, kaggle)
    assert kaggle.calls["CreateDataset"] == 1


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"only_notebooks": False}, "takes files, and needs no notebook; send it with 'kit submit --push'"),
        ({"closed": True}, "takes no submissions any more"),
        ({"folders": ["train", "kaggle_evaluation"]}, "masks is served by an API"),
        ({"hours": (30, 30)}, "no hours of GPU are left"),
        ({"daily": 1}, "takes no more submissions today"),
    ],
    ids=["takes files", "closed", "an API", "no hours", "none left"],
)
def test_what_cannot_be_sent_is_refused_before_anything_is_uploaded(
    tmp_path: Path, settings: dict[str, object], told: str
) -> None:
    shutil.copytree(template(), tmp_path / "w")
    workspace = Workspace(tmp_path / "w")
    with standing(workspace) as kaggle:
        for name, value in settings.items():
            setattr(kaggle, name, value)
        kaggle.submit("by hand", b"")
        with pytest.raises(KitError) as caught:
            send(workspace, kaggle)
        assert told in str(caught.value) and "\n" not in str(caught.value)
        assert not kaggle.calls["StartBlobUpload"] and not kaggle.kernels


def test_the_command_says_what_it_costs_and_each_way_names_the_other(
    workspace: Workspace, kaggle: KaggleStandIn, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("HTTP_PROXY", "http_proxy"):  # the client's address for a local host is port 80 of localhost
        monkeypatch.setenv(name, kaggle.url)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.stdin", open("/dev/null"))  # noqa: SIM115
    members = ",".join(m.run for ms in find_submission(workspace.submissions_dir, NAME).members.values() for m in ms)
    command = ("submit", "--blend", members, "--name", NAME)
    assert kit(workspace, *command, "--push", "--yes") == 2
    assert "masks takes no files, only notebooks; send it with 'kit submit --kernel'" in capsys.readouterr().err
    assert kit(workspace, *command, "--kernel") == 130
    err = capsys.readouterr().err
    assert "MB to upload as a private data set, a notebook's run on a GPU (20.0 hours are left this week)" in err
    assert "one submission (100 are left today)" in err and not kaggle.datasets
    assert kit(workspace, *command, "--kernel", "--yes", "--wait") == 0
    assert "complete at kaggle, reference 1001, public 0.6100" in capsys.readouterr().out
    agree(workspace, kaggle)
