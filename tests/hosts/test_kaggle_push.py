"""Nothing is sent twice and nothing is lost: the real client, the stand-in host, and everything that can go wrong."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from shared import kaggle_host
from shared.kaggle_host import LIMIT_WORDS, Fault, KaggleStandIn, Told, accuracy_on, connect

from kit.competition.basis import Basis
from kit.errors import KitError
from kit.files import file_sha256
from kit.hosts.host import NotSent
from kit.hosts.kaggle import KaggleHost
from kit.hosts.push import push
from kit.hosts.sync import Change, lock, sync, tag
from kit.submissions.log import Sent
from kit.submissions.record import SubmissionRecord, csv_path, find_submission, read_submissions, write_submission

home, signed_in = kaggle_host.home, kaggle_host.signed_in
pytestmark = pytest.mark.usefixtures("signed_in")
ANSWERS = {str(number): number % 3 for number in range(40)}
SETTLE, POLL = 0.05, 0.02
SLOW_SETTLE = 0.3


@pytest.fixture
def kaggle() -> Iterator[KaggleStandIn]:
    with KaggleStandIn(score=accuracy_on(ANSWERS)) as kaggle:
        yield kaggle


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "submissions"
    folder.mkdir()
    make(folder, "best3")
    return folder


def make(folder: Path, name: str, wrong: int = 4, header: str = "id,label") -> SubmissionRecord:
    """A submission with `wrong` of its 40 rows wrong, and its record."""
    rows = [f"{key},{(answer + (int(key) < wrong)) % 3}" for key, answer in ANSWERS.items()]
    path = csv_path(folder, name)
    path.write_text("\n".join([header, *rows]) + "\n")
    record = SubmissionRecord(
        name=name, created=datetime.now(UTC), csv=file_sha256(path), blend="mean", basis=Basis(metric="macro_f1")
    )
    write_submission(folder, record)
    return record


def send(folder: Path, host: KaggleHost, name: str = "best3", **options: object) -> SubmissionRecord:
    return push(folder, name, host, **{"settle": SETTLE, "poll": POLL, "timeout": 5, **options})  # type: ignore[arg-type]


def agree(folder: Path, kaggle: KaggleStandIn) -> None:
    """Every submission on the host is in exactly one record, and every record that was sent is on the host."""
    records = read_submissions(folder)
    assert sorted(record.sent.ref or "?" for record in records if record.sent) == sorted(
        str(sent.ref) for sent in kaggle.submissions
    )
    contents = [sent.data for sent in kaggle.submissions]
    assert len(set(contents)) == len(contents)


LISTS = ["ListSubmissions"]
BEFORE = ["StartSubmissionUpload", "PUT"]
CREATE = ["CreateSubmission"]
REFUSED = ["401", "403", "rules", "404", "400", "200 error"]
BUSY = ["429", "429 nested", "500", "503", "cut before", "cut within", "cut after", "hang", "html", "garbage"]
LOST = ["500 after", "html after", "cut within", "cut after", "hang after", "late", "no ref"]

# (what goes wrong, what the first push ends in): 'sent', 'nothing' (an error, and nothing is on the host), or
# 'unknown' (an error that tells to run it again, as the host has not shown the submission).
CASES: dict[str, tuple[list[Fault], str]] = {}
for call in LISTS + BEFORE:
    for kind in BUSY if call != "PUT" else ["429", "500", "503", "403", "cut before", "hang"]:
        CASES[f"{call} {kind} once"] = ([Fault(call, kind)], "sent")
        CASES[f"{call} {kind} always"] = ([Fault(call, kind, times=99)], "nothing")
    if call != "PUT":
        for kind in REFUSED:
            CASES[f"{call} {kind}"] = ([Fault(call, kind, times=99)], "nothing")
for kind in [*REFUSED, "429", "429 nested", "refused"]:
    CASES[f"CreateSubmission {kind}"] = ([Fault("CreateSubmission", kind, times=99)], "nothing")
for kind in ["500", "503", "html", "garbage", "cut before", "hang"]:
    CASES[f"CreateSubmission {kind}, not done"] = ([Fault("CreateSubmission", kind, times=99)], "unknown")
for kind in LOST:
    lost = Fault("CreateSubmission", kind, seconds=0.2 if kind == "late" else 0.5)
    CASES[f"CreateSubmission {kind}"] = ([lost], "sent")
    for trouble in ["500", "html", "empty", "401"] if kind != "late" else ["empty"]:
        # The list works before the creation (one call for each of two pages) and fails from then on.
        after = Fault("ListSubmissions", trouble, times=99, skip=1)
        CASES[f"CreateSubmission {kind}, then ListSubmissions {trouble}"] = ([lost, after], "unknown")
for kind in ["404", "403", "500", "html", "cut before"]:
    CASES[f"GetSubmissionLimits {kind}"] = ([Fault("GetSubmissionLimits", kind, times=99)], "sent")
CASES["GetSubmissionLimits 401"] = ([Fault("GetSubmissionLimits", "401", times=99)], "nothing")


@pytest.mark.parametrize("case", CASES)
def test_host_and_records_agree_after_every_fault(case: str, kaggle: KaggleStandIn, folder: Path) -> None:
    faults, outcome = CASES[case]
    kaggle.faults = [Fault(**vars(fault)) for fault in faults]
    host = connect(kaggle, timeout=0.15 if "late" in case or "hang" in case else 2.0)
    settle = SLOW_SETTLE if "late" in case else SETTLE
    if outcome == "sent":
        assert send(folder, host, settle=settle).sent is not None
        agree(folder, kaggle)
    else:
        with pytest.raises(KitError) as caught:
            send(folder, host, settle=settle)
        assert "\n" not in str(caught.value)
        if outcome == "nothing":
            assert not kaggle.submissions
            assert find_submission(folder, "best3").sent is None
        else:
            assert "run it again" in str(caught.value)
    kaggle.faults = []
    kaggle.wait(0.2 if "late" in case else 0)
    record = send(folder, host, wait=True)
    assert len(kaggle.submissions) == 1
    assert (record.public, record.private) == (0.9, None)
    agree(folder, kaggle)
    assert sync(folder, host) == []


@pytest.mark.parametrize("case", [case for case in CASES if case.startswith("CreateSubmission") and "401" not in case])
def test_sync_settles_what_a_push_left_open(case: str, kaggle: KaggleStandIn, folder: Path) -> None:
    faults, _ = CASES[case]
    kaggle.faults = [Fault(**vars(fault)) for fault in faults]
    host = connect(kaggle, timeout=0.15 if "late" in case or "hang" in case else 2.0)
    settle = SLOW_SETTLE if "late" in case else SETTLE
    try:
        send(folder, host, settle=settle)
    except KitError:
        kaggle.faults = []
    sync(folder, host, settle=settle)
    assert len(kaggle.submissions) <= 1
    agree(folder, kaggle)
    send(folder, host)
    assert len(kaggle.submissions) == 1
    agree(folder, kaggle)


def test_list_that_lags_behind_is_waited_for(kaggle: KaggleStandIn, folder: Path) -> None:
    kaggle.faults, kaggle.list_lag = [Fault("CreateSubmission", "cut after")], 0.2
    send(folder, connect(kaggle), settle=2)
    agree(folder, kaggle)


def test_submission_that_is_listed_only_later_is_not_sent_again(kaggle: KaggleStandIn, folder: Path) -> None:
    kaggle.faults, kaggle.list_lag = [Fault("CreateSubmission", "cut after")], 1e6
    host = connect(kaggle)
    with pytest.raises(KitError, match="run it again"):
        send(folder, host)
    with pytest.raises(KitError, match="its count says 1"):
        send(folder, host)
    told = Told()
    assert sync(folder, host, told, settle=0) == []
    assert "not known" in told.warnings[0]
    kaggle.list_lag = 0
    send(folder, host)
    assert len(kaggle.submissions) == 1
    agree(folder, kaggle)


def test_intent_of_just_now_gives_the_host_time_to_list_it(kaggle: KaggleStandIn, folder: Path) -> None:
    """As after a kill: the request is on its way, and the list is whole but for it."""
    kaggle.limits_known = False
    kaggle.submit("by hand", b"id,label\n0,0\n1,1\n")
    record = find_submission(folder, "best3")
    description = tag(record.csv or "")
    sending = Sent(host="kaggle", status="sending", time=datetime.now(UTC), message=description)
    write_submission(folder, record.model_copy(update={"sent": sending}))
    arrival = threading.Timer(0.2, kaggle.submit, (description, csv_path(folder, "best3").read_bytes()))
    arrival.start()
    after = send(folder, connect(kaggle), settle=5)
    arrival.join()
    assert after.sent and after.sent.ref == "1002" and kaggle.calls["CreateSubmission"] == 0


def test_first_submission_of_a_user_without_a_team_is_sent(kaggle: KaggleStandIn, folder: Path) -> None:
    kaggle.has_team = False
    asked: list[int | None] = []
    send(folder, connect(kaggle), confirm=lambda left: asked.append(left) is None)
    assert asked == [None]
    agree(folder, kaggle)


def test_empty_list_without_a_count_proves_nothing(kaggle: KaggleStandIn, folder: Path) -> None:
    kaggle.limits_known = False
    kaggle.faults = [Fault("CreateSubmission", "cut before")]
    host = connect(kaggle)
    with pytest.raises(KitError, match="run it again"):
        send(folder, host)
    with pytest.raises(KitError, match=r"cannot be told.*--again"):
        send(folder, host)
    send(folder, host, again=True)
    assert [sent.description for sent in kaggle.submissions] == [tag(find_submission(folder, "best3").csv or "", 2)]
    agree(folder, kaggle)


def test_list_with_a_gap_stops_a_push(kaggle: KaggleStandIn, folder: Path) -> None:
    host = connect(kaggle)
    send(folder, host)
    make(folder, "best4", wrong=2)
    kaggle.faults = [Fault("ListSubmissions", "empty", times=99)]
    with pytest.raises(KitError, match="lacks the submission 1001"):
        send(folder, host, name="best4")
    assert len(kaggle.submissions) == 1


def test_second_push_sends_nothing_and_says_so(kaggle: KaggleStandIn, folder: Path) -> None:
    told, host = Told(), connect(kaggle)
    first = send(folder, host, wait=True)
    second = send(folder, host, reporter=told)
    assert second == first
    assert "nothing was sent" in told.infos[0] and kaggle.calls["CreateSubmission"] == 1


def test_same_content_under_another_name_is_not_sent(kaggle: KaggleStandIn, folder: Path) -> None:
    host = connect(kaggle)
    send(folder, host)
    make(folder, "copy")
    assert send(folder, host, name="copy").sent.ref == "1001"  # type: ignore[union-attr]
    assert len(kaggle.submissions) == 1


def test_again_sends_the_same_content_once_more_and_a_cut_of_it_is_settled(kaggle: KaggleStandIn, folder: Path) -> None:
    host = connect(kaggle)
    first = send(folder, host)
    kaggle.faults = [Fault("CreateSubmission", "cut before")]
    with pytest.raises(KitError):
        send(folder, host, again=True)
    assert len(kaggle.submissions) == 1
    kaggle.faults = [Fault("CreateSubmission", "cut after")]
    second = send(folder, host, again=True)
    assert [sent.ref for sent in kaggle.submissions] == [1001, 1002]
    assert first.sent and second.sent and (first.sent.ref, second.sent.ref) == ("1001", "1002")
    assert sync(folder, host) == []
    assert len(read_submissions(folder)) == 1


def test_confirm_is_asked_with_what_is_left_and_no_spends_nothing(kaggle: KaggleStandIn, folder: Path) -> None:
    kaggle.daily = 3
    asked: list[int | None] = []

    def no(left: int | None) -> bool:
        asked.append(left)
        return False

    assert send(folder, connect(kaggle), confirm=no).sent is None
    assert asked == [3] and not kaggle.submissions
    assert find_submission(folder, "best3").sent is None


def test_daily_limit_is_told_in_the_hosts_words(kaggle: KaggleStandIn, folder: Path) -> None:
    kaggle.daily, kaggle.limits_known = 1, False
    host = connect(kaggle)
    send(folder, host)
    make(folder, "best4", wrong=2)
    with pytest.raises(NotSent) as caught:
        send(folder, host, name="best4")
    assert LIMIT_WORDS.format(1) in str(caught.value)
    assert find_submission(folder, "best4").sent is None
    kaggle.limits_known = True
    with pytest.raises(NotSent, match="no more submissions today"):
        send(folder, host, name="best4")
    agree(folder, kaggle)


def test_submission_that_cannot_be_scored_is_recorded_as_an_error(kaggle: KaggleStandIn, folder: Path) -> None:
    make(folder, "bad", header="image,class")
    told, host = Told(), connect(kaggle)
    record = send(folder, host, name="bad", wait=True, reporter=told)
    assert record.sent and record.sent.status == "error" and record.public is None
    assert "must have columns: id, label" in record.sent.message and "must have columns" in told.warnings[0]
    assert send(folder, host, name="bad") == record
    agree(folder, kaggle)


def test_wait_sees_the_score_come_and_gives_up_in_time(kaggle: KaggleStandIn, folder: Path) -> None:
    kaggle.pending_polls = 4
    host = connect(kaggle)
    assert send(folder, host, wait=True).public == 0.9
    make(folder, "best4", wrong=2)
    kaggle.pending_polls, told = 10**6, Told()
    record = send(folder, host, name="best4", wait=True, timeout=0.2, reporter=told)
    assert record.sent and record.sent.status == "pending" and "leaderboard sync" in told.warnings[0]


def test_message_follows_the_content_hash(kaggle: KaggleStandIn, folder: Path) -> None:
    record = send(folder, connect(kaggle), message="three backbones" + "x" * 1000)
    description = kaggle.submissions[0].description
    assert description.startswith(f"kit:{(record.csv or '')[:12]} three backbones") and len(description) == 400


def test_changed_csv_is_not_sent(kaggle: KaggleStandIn, folder: Path) -> None:
    csv_path(folder, "best3").write_text("id,label\n0,0\n")
    with pytest.raises(KitError, match="it was changed"):
        send(folder, connect(kaggle))
    assert not kaggle.submissions


def test_two_pushes_at_once_are_refused(kaggle: KaggleStandIn, folder: Path) -> None:
    with lock(folder), pytest.raises(KitError, match="another kit"):
        send(folder, connect(kaggle))


def test_submissions_of_others_become_records_without_oof(kaggle: KaggleStandIn, folder: Path) -> None:
    host = connect(kaggle)
    send(folder, host)
    data = csv_path(folder, "best3").read_bytes()
    kaggle.submit("by hand, on the web page", data, by="teammate")
    changes = sync(folder, host, metric="macro_f1")
    assert {(change.name, change.what) for change in changes} == {("best3", "scored"), ("kaggle-1002", "new")}
    record = find_submission(folder, "kaggle-1002")
    assert (record.csv, record.oof, record.public, record.metric) == (None, None, 0.9, "macro_f1")
    assert sync(folder, host) == []
    with pytest.raises(KitError, match="no csv"):
        send(folder, host, name="kaggle-1002")


def test_rescore_is_shown_and_both_scores_are_kept(kaggle: KaggleStandIn, folder: Path) -> None:
    host = connect(kaggle)
    send(folder, host, wait=True)
    kaggle.rescore(1001, 0.7)
    assert sync(folder, host) == [Change("best3", "rescored", "1001", 0.9, 0.7, None, None)]
    assert [score.public for score in find_submission(folder, "best3").scores] == [0.9, 0.7]


def test_private_scores_come_when_the_host_shows_them(kaggle: KaggleStandIn, folder: Path) -> None:
    host = connect(kaggle)
    send(folder, host, wait=True)
    kaggle.show_private = True
    assert sync(folder, host) == [Change("best3", "scored", "1001", 0.9, 0.9, None, 0.9)]
    record = find_submission(folder, "best3")
    assert (record.public, record.private, len(record.scores)) == (0.9, 0.9, 2)


def test_teammates_record_replaces_the_one_taken_in_without_oof(kaggle: KaggleStandIn, folder: Path) -> None:
    host = connect(kaggle)
    record = make(folder, "theirs", wrong=8)
    theirs = csv_path(folder, "theirs")
    kaggle.submit(f"{tag(record.csv or '')} from the other machine", theirs.read_bytes(), by="teammate")
    mine = folder / "theirs.json"
    text = mine.read_text()
    mine.unlink()
    assert [change.what for change in sync(folder, host)] == ["new"]
    mine.write_text(text)
    assert {change.what for change in sync(folder, host)} == {"scored", "merged"}
    assert [record.name for record in read_submissions(folder)] == ["best3", "theirs"]
    assert sync(folder, host) == []


def test_sync_says_which_submissions_the_list_lacks(kaggle: KaggleStandIn, folder: Path) -> None:
    host, told = connect(kaggle), Told()
    send(folder, host)
    kaggle.faults = [Fault("ListSubmissions", "empty", times=9)]
    assert sync(folder, host, told) == []
    assert "such as 1001" in told.warnings[0]


ZYGOTE = """
import os, sys
from pathlib import Path
from shared.kaggle_host import KaggleStandIn, connect
from kit.hosts.push import push
kaggle = KaggleStandIn()
kaggle.url = sys.argv[1]
host = connect(kaggle, timeout=5)
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        push(Path(line.strip()), "best3", host, settle=0.3, poll=0.05)
        os._exit(0)
    print(child, flush=True)
    sys.stdin.readline()
    status = os.waitpid(child, 0)[1]
    print(os.waitstatus_to_exitcode(status), flush=True)
"""


def test_kill_at_twenty_moments_of_a_push_leaves_one_submission_and_one_record(tmp_path: Path) -> None:
    paths = os.pathsep.join([str(Path(__file__).parents[1]), str(Path(__file__).parents[2])])
    moments = random.Random(20)
    with KaggleStandIn(score=accuracy_on(ANSWERS)) as kaggle:
        kaggle.delay = 0.012
        zygote = subprocess.Popen(
            [sys.executable, "-c", ZYGOTE, kaggle.url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": paths},
        )
        assert zygote.stdin and zygote.stdout

        def ask(line: object) -> int:
            zygote.stdin.write(f"{line}\n")  # type: ignore[union-attr]
            zygote.stdin.flush()  # type: ignore[union-attr]
            return int(zygote.stdout.readline())  # type: ignore[union-attr]

        def fresh(name: str) -> Path:
            folder = tmp_path / name
            folder.mkdir()
            make(folder, "best3")
            kaggle.submissions.clear()
            return folder

        ask(fresh("first"))
        assert ask("end") == 0
        kaggle.calls.clear()
        ask(fresh("whole"))
        assert ask("end") == 0
        whole = kaggle.calls.total()
        host, left = connect(kaggle, timeout=5), []
        for number in range(20):
            folder, asked = fresh(f"killed{number}"), kaggle.calls.total() + 1 + number % whole
            child = ask(folder)
            while kaggle.calls.total() < asked:
                time.sleep(0.001)
            time.sleep(moments.uniform(0, 2 * kaggle.delay))
            os.kill(child, signal.SIGKILL)
            ask("end")
            sent = find_submission(folder, "best3").sent
            left.append("none" if sent is None else sent.status)
            send(folder, host, settle=SLOW_SETTLE)
            assert len(kaggle.submissions) == 1, (number, left)
            assert [record.sent.ref for record in read_submissions(folder) if record.sent] == [
                str(kaggle.submissions[0].ref)
            ]
        zygote.stdin.close()
        assert zygote.wait(timeout=10) == 0
    assert "sending" in left and "none" in left, left


def test_intent_is_on_disk_before_the_host_is_asked(kaggle: KaggleStandIn, folder: Path) -> None:
    class Watching(KaggleHost):
        def send(self, csv: Path, description: str) -> str:
            sent = find_submission(folder, "best3").sent
            assert sent is not None and sent.status == "sending"
            return super().send(csv, description)

    push(folder, "best3", Watching(kaggle.slug, endpoint=kaggle.url), settle=SETTLE, poll=POLL)
    agree(folder, kaggle)
