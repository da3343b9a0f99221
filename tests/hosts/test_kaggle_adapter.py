"""The adapter over the official client: what each fault becomes, and that no key is ever shown."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC
from pathlib import Path

import pytest
from shared import kaggle_host
from shared.kaggle_host import Fault, KaggleStandIn, Told, connect

from kit.hosts.host import HostBusy, HostError, MaybeSent, NotSent, Standing

home, signed_in = kaggle_host.home, kaggle_host.signed_in
CONNECT = """
import sys
from kit.errors import KitError
from kit.hosts.host import Patience
from kit.hosts.kaggle import KaggleHost
try:
    host = KaggleHost("masks", endpoint=sys.argv[1], patience=Patience(5.0, 2, 0.01, 1.0))
    print(len(host.submissions()))
except KitError as error:
    print(error)
"""


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "best3.csv"
    path.write_text("id,label\n1,0\n2,1\n")
    return path


def in_a_fresh_process(kaggle: KaggleStandIn, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", CONNECT, kaggle.url], env={**os.environ, **environment}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert kaggle.key not in done.stdout + done.stderr and kaggle.token not in done.stdout + done.stderr
    return done.stdout.strip()


def test_no_credentials_is_one_sentence_that_names_all_three_ways(home: Path) -> None:
    with KaggleStandIn() as kaggle:
        said = in_a_fresh_process(kaggle)
    assert len(said.splitlines()) == 1
    for way in ("kaggle.json", "KAGGLE_USERNAME and KAGGLE_KEY", "KAGGLE_API_TOKEN"):
        assert way in said


@pytest.mark.parametrize("way", ["file", "key", "token", "token file"])
def test_every_kind_of_credential_signs_in(way: str, home: Path) -> None:
    (home / ".kaggle").mkdir()
    with KaggleStandIn() as kaggle:
        environment: dict[str, str] = {}
        if way == "file":
            kaggle_json = home / ".kaggle" / "kaggle.json"
            kaggle_json.write_text(json.dumps({"username": kaggle.username, "key": kaggle.key}))
            kaggle_json.chmod(0o600)
        elif way == "token file":
            (home / ".kaggle" / "access_token").write_text(kaggle.token)
        else:
            environment = kaggle.credentials(way)
        kaggle.submit("by hand", b"")
        assert in_a_fresh_process(kaggle, **environment) == "1"


@pytest.mark.parametrize(
    ("environment", "source"),
    [
        ({"KAGGLE_USERNAME": "me", "KAGGLE_KEY": "wrong-key"}, "KAGGLE_USERNAME + KAGGLE_KEY"),
        ({"KAGGLE_API_TOKEN": "wrong-token"}, "KAGGLE_API_TOKEN"),
    ],
)
def test_refused_credential_is_named_and_not_shown(environment: dict[str, str], source: str, home: Path) -> None:
    with KaggleStandIn() as kaggle:
        said = in_a_fresh_process(kaggle, **environment)
    assert len(said.splitlines()) == 1
    assert source in said and "did not accept" in said
    assert "wrong-" not in said


def test_refused_kaggle_json_is_named_by_its_path(home: Path) -> None:
    (home / ".kaggle").mkdir()
    (home / ".kaggle" / "kaggle.json").write_text(json.dumps({"username": "me", "key": "wrong-key"}))
    with KaggleStandIn() as kaggle:
        said = in_a_fresh_process(kaggle)
    assert "the credential of ~/.kaggle/kaggle.json (401)" in said and "wrong-key" not in said


def test_import_that_hangs_ends_in_a_sentence(home: Path) -> None:
    with KaggleStandIn(faults=[Fault("IntrospectToken", "hang", times=9, seconds=20)]) as kaggle:
        said = in_a_fresh_process(kaggle, KAGGLE_API_TOKEN=kaggle.token, HTTP_PROXY=kaggle.url)
    assert "did not answer within 5 s" in said


def test_list_comes_whole_from_all_pages_with_utc_dates(signed_in: Path) -> None:
    with KaggleStandIn() as kaggle:
        for number in range(47):
            kaggle.submit(f"number {number}", b"")
        rows = connect(kaggle).submissions()
    assert [row.description for row in rows] == [f"number {number}" for number in reversed(range(47))]
    assert len({row.ref for row in rows}) == 47
    assert all(row.date.tzinfo is UTC for row in rows)


def test_scores_are_numbers_and_pending_ones_are_none(signed_in: Path) -> None:
    with KaggleStandIn(score=lambda data: (0.75, 0.5)) as kaggle:
        kaggle.submit("kit:0123", b"")
        kaggle.pending_polls = 1
        host = connect(kaggle)
        pending = host.submissions()[0]
        scored = host.submissions()[0]
        kaggle.show_private = True
        ended = host.submissions()[0]
    assert (pending.status, pending.public) == ("pending", None)
    assert (scored.status, scored.public, scored.private) == ("complete", 0.75, None)
    assert ended.private == 0.5


def test_files_limits_and_standing(signed_in: Path) -> None:
    with KaggleStandIn(files={f"train/{number}.jpg": number for number in range(45)}, daily=5) as kaggle:
        host = connect(kaggle)
        assert [file.size for file in host.files()] == list(range(45))
        assert host.limits().left == 5
        assert host.standing() == Standing(7, 41)
        kaggle.rank, kaggle.limits_known = None, False
        assert host.standing() is None and host.limits() is None


def test_newer_client_is_mentioned_once_and_never_printed(signed_in: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = Told()
    with KaggleStandIn() as kaggle:
        kaggle.newest_client = "99.0.0"
        host = connect(kaggle, reporter=told)
        host.submissions()
        host.files()
    assert len(told.warnings) == 1 and "99.0.0" in told.warnings[0]
    assert capsys.readouterr().out == ""


REFUSALS = [
    ("401", "did not accept the credential of KAGGLE_USERNAME + KAGGLE_KEY (401)"),
    ("403", "check that 'masks' is the competition's slug"),
    ("rules", "accept them at https://www.kaggle.com/competitions/masks/rules"),
    ("404", "check the slug"),
    ("400", "Your team may not do this today"),
    ("200 error", "Kaggle denied this"),
]


@pytest.mark.parametrize("call", ["ListSubmissions", "ListDataFiles", "StartSubmissionUpload", "CreateSubmission"])
@pytest.mark.parametrize(("kind", "sentence"), REFUSALS)
def test_refusal_is_one_sentence_and_is_not_tried_again(
    call: str, kind: str, sentence: str, signed_in: Path, csv: Path
) -> None:
    words = "Your team may not do this today" if kind == "400" else None
    with KaggleStandIn(faults=[Fault(call, kind, times=9, words=words)]) as kaggle:
        host = connect(kaggle)
        with pytest.raises((HostError, NotSent)) as caught:
            {"ListSubmissions": host.submissions, "ListDataFiles": host.files}.get(
                call, lambda: host.send(csv, "kit:0123")
            )()
        assert sentence in str(caught.value) and "\n" not in str(caught.value)
        assert kaggle.calls[call] == 1 and not kaggle.submissions


TROUBLES = ["429", "429 nested", "500", "503", "cut before", "cut within", "cut after", "hang", "html", "garbage"]


@pytest.mark.parametrize("kind", TROUBLES)
def test_trouble_with_the_list_is_tried_again_and_never_without_end(kind: str, signed_in: Path) -> None:
    with KaggleStandIn(faults=[Fault("ListSubmissions", kind, times=2, seconds=0.6)]) as kaggle:
        kaggle.submit("by hand", b"")
        host = connect(kaggle, timeout=0.3)
        assert len(host.submissions()) == 1
        kaggle.faults = [Fault("ListSubmissions", kind, times=99, seconds=0.6)]
        kaggle.calls.clear()
        with pytest.raises(HostBusy):
            host.submissions()
        assert kaggle.calls["ListSubmissions"] == 3


def test_retry_after_is_obeyed_and_a_long_one_ends_the_call(signed_in: Path) -> None:
    with KaggleStandIn(faults=[Fault("ListSubmissions", "429", retry_after="0.01")]) as kaggle:
        host = connect(kaggle)
        assert host.submissions() == []
        kaggle.faults = [Fault("ListSubmissions", "429", times=9, retry_after="3600")]
        kaggle.calls.clear()
        with pytest.raises(HostBusy) as caught:
            host.submissions()
        assert caught.value.retry_after == 3600 and kaggle.calls["ListSubmissions"] == 1


@pytest.mark.parametrize("kind", [kind for kind in TROUBLES if not kind.startswith("429")])
def test_creation_without_a_clear_answer_is_asked_for_once(kind: str, signed_in: Path, csv: Path) -> None:
    with KaggleStandIn(faults=[Fault("CreateSubmission", kind, times=9, seconds=0.6)]) as kaggle:
        with pytest.raises(MaybeSent):
            connect(kaggle, timeout=0.3).send(csv, "kit:0123")
        assert kaggle.calls["CreateSubmission"] == 1


def test_no_network_is_one_sentence(signed_in: Path) -> None:
    with KaggleStandIn() as kaggle:
        host = connect(kaggle)
    with pytest.raises(HostBusy, match="cannot be reached") as caught:
        host.submissions()
    assert "check the network" in str(caught.value)


def test_key_that_the_host_repeats_is_not_shown(signed_in: Path) -> None:
    with KaggleStandIn() as kaggle:
        kaggle.faults = [Fault("ListSubmissions", "400", words=f"bad key {kaggle.key}")]
        with pytest.raises(HostError) as caught:
            connect(kaggle).submissions()
        assert kaggle.key not in str(caught.value) and "bad key [a key]" in str(caught.value)
