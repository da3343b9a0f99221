"""Notebooks at Kaggle: one is pushed, its run looked at, what it wrote fetched and submitted.

The client's own `kernels_push` prints and raises nothing of what the reply says; its request is made here.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from kit.errors import KitError
from kit.files import atomic_path
from kit.hosts.host import HostBusy, HostError, MaybeSent, NotSent
from kit.hosts.kaggle_client import PatientClient, or_unknown
from kit.hosts.kaggle_datasets import KaggleDatasets

METADATA = "kernel-metadata.json"
COMPLETE, ENDED = "COMPLETE", ("ERROR", "CANCEL_REQUESTED", "CANCEL_ACKNOWLEDGED")
PAGE_SIZE = 200
CHUNK = 1 << 20
GATEWAY = "kaggle_evaluation"
"""The folder of a competition's files that serves its test set to notebooks."""


@dataclass(frozen=True)
class About:
    """What a competition takes."""

    only_notebooks: bool
    closed: bool
    """Whether it takes nothing any more."""
    has_gateway: bool
    """Whether notebooks are asked by an API there, in place of writing a file."""


@dataclass(frozen=True)
class KernelState:
    """How far the run of a notebook is, in the host's word, and what it says of one that failed."""

    status: str
    failure: str = ""


@dataclass(frozen=True)
class Outputs:
    """What a run wrote: the address of each file by its name, and the log."""

    files: Mapping[str, str]
    log: str


class KaggleKernels:
    """What a competition of notebooks needs beyond submissions; `client` is signed in."""

    def __init__(self, client: PatientClient, slug: str) -> None:
        self._client, self._slug = client, slug
        self.datasets = KaggleDatasets(client)

    @property
    def owner(self) -> str:
        """The user's name, under which data sets and notebooks lie."""
        return self._client.username

    def about(self) -> About:
        from kagglesdk.competitions.types.competition_api_service import (
            ApiGetCompetitionRequest,
            ApiListDataTreeFilesRequest,
        )

        asked = ApiGetCompetitionRequest()
        asked.competition_name = self._slug
        reply = self._client.call(lambda client: client.get_competition(asked))
        root = ApiListDataTreeFilesRequest()
        root.competition_name, root.page_size = self._slug, PAGE_SIZE
        tree = or_unknown(lambda: self._client.call(lambda client: client.list_data_tree_files(root)))
        folders = [] if tree is None else [folder.name for folder in tree.directories]
        return About(bool(reply.is_kernels_submissions_only), bool(reply.submissions_disabled), GATEWAY in folders)

    def hours_left(self) -> float | None:
        """Hours of GPU that are left this week; None where the host does not tell."""
        from kagglesdk.kernels.types.kernels_api_service import ApiGetAcceleratorQuotaStatisticsRequest

        request = ApiGetAcceleratorQuotaStatisticsRequest()
        try:
            reply = self._client.call_all(
                lambda client: client.kernels.kernels_api_client.get_accelerator_quota_statistics(request)
            )
        except HostError:
            return None
        quota = reply.gpu_quota
        if quota is None or quota.total_time_allowed is None:
            return None
        used = quota.time_used.total_seconds() if quota.time_used is not None else 0.0
        return float(max(0.0, quota.total_time_allowed.total_seconds() - used) / 3600)

    def last_version(self, ref: str) -> int:
        """The number of a notebook's newest version; 0 where none is known, or not yet."""
        from kagglesdk.kernels.types.kernels_api_service import ApiGetKernelRequest

        request = ApiGetKernelRequest()
        request.user_name, request.kernel_slug = ref.split("/")
        reply = or_unknown(
            lambda: self._client.call_all(lambda client: client.kernels.kernels_api_client.get_kernel(request))
        )
        return 0 if reply is None or reply.metadata is None else int(reply.metadata.current_version_number)

    def push(self, folder: Path) -> int:
        """Push the notebook of `folder`, by its kernel-metadata.json, which begins to run; returns its version.

        HostBusy where the answer is lost: it may run. Another KitError where the host did not take it, or takes it
        without one of its sources: no exception of the client tells that.
        """
        told = json.loads((folder / METADATA).read_text())
        request = _kernel_request(told, _as_sent(folder / told["code_file"]))
        with self._client.open_all() as client:
            reply = client.kernels.kernels_api_client.save_kernel(request)
        if reply.error:
            raise HostError(f"Kaggle did not take the notebook {told['id']}: {reply.error}", todo="run it again")
        _check_sources(told["id"], reply)
        if not reply.version_number:
            raise HostBusy(f"Kaggle gave no version of the notebook {told['id']}", todo="run it again")
        return int(reply.version_number)

    def state(self, ref: str, version: int) -> KernelState | None:
        """How far the run of a notebook's version is; None where none is known, or not yet."""
        from kagglesdk.kernels.types.kernels_api_service import ApiGetKernelSessionStatusRequest

        request = ApiGetKernelSessionStatusRequest()
        request.user_name, request.kernel_slug = ref.split("/")
        request.version_label = f"v{version}"
        reply = or_unknown(
            lambda: self._client.call_all(
                lambda client: client.kernels.kernels_api_client.get_kernel_session_status(request)
            )
        )
        return None if reply is None else KernelState(str(reply.status.name), reply.failure_message or "")

    def outputs(self, ref: str, version: int) -> Outputs:
        """What the run of a notebook's version wrote, from as many pages as there are; nothing where none is known."""
        from kagglesdk.kernels.types.kernels_api_service import ApiListKernelSessionOutputRequest

        request = ApiListKernelSessionOutputRequest()
        request.user_name, request.kernel_slug = ref.split("/")
        request.version_label, request.page_size = f"v{version}", PAGE_SIZE
        files: dict[str, str] = {}
        log = ""
        while True:
            reply = or_unknown(
                lambda: self._client.call_all(
                    lambda client: client.kernels.kernels_api_client.list_kernel_session_output(request)
                )
            )
            if reply is None:
                return Outputs(files, log)
            files |= {file.file_name: file.url for file in reply.files}
            log, request.page_token = log or reply.log, reply.next_page_token
            if not request.page_token:
                return Outputs(files, log)

    def fetch(self, url: str, path: Path) -> None:
        """Write a file that a run wrote to `path`, whole or not at all."""

        def once() -> None:
            with (
                atomic_path(path) as temporary,
                self._client.translated(),
                requests.get(url, stream=True, timeout=self._client.timeout) as reply,
            ):
                reply.raise_for_status()
                if reply.headers.get("Content-Type", "").startswith("text/html"):
                    raise ValueError("a web page instead of a file")
                with open(temporary, "wb") as handle:
                    for piece in reply.iter_content(CHUNK):
                        handle.write(piece)

        self._client.retried(once)

    def submit(
        self, ref: str, version: int, file: str, description: str, *, unknown: float = 0.0, poll: float = 1.0
    ) -> str:
        """Submit a file that a version of a notebook wrote, and return the host's reference.

        It is asked for once; again only where the host does not know the notebook yet, up to `unknown` seconds long,
        every `poll`. Raises NotSent or MaybeSent, as sending a file does.
        """
        from kagglesdk.competitions.types.competition_api_service import ApiCreateCodeSubmissionRequest

        request = ApiCreateCodeSubmissionRequest()
        request.competition_name, request.file_name = self._slug, file
        request.kernel_owner, request.kernel_slug = ref.split("/")
        request.kernel_version, request.submission_description = version, description
        end = time.monotonic() + unknown
        while True:
            try:
                with self._client.open() as client:
                    reply = client.create_code_submission(request)
                break
            except HostBusy as busy:
                if busy.status == 429:
                    raise NotSent(busy.what, todo="run it again later") from busy
                raise MaybeSent(busy.what, where=busy.where) from busy
            except HostError as error:
                if not _is_early(error) or time.monotonic() >= end:
                    raise NotSent(error.what, where=error.where, todo=error.todo) from error
            time.sleep(poll)
        if not reply.ref:
            raise MaybeSent(f"Kaggle gave no reference for the submission {reply.message}".strip())
        return str(reply.ref)


def _is_early(refusal: HostError) -> bool:
    """Whether the host says of a notebook that ran that there is none: it does so for a while."""
    return refusal.status == 404 or "could not find" in refusal.what.lower()


def _as_sent(notebook: Path) -> str:
    """A notebook as the host takes it: the lines of a cell in one text."""
    content = json.loads(notebook.read_text())
    for cell in content["cells"]:
        cell["source"] = "".join(cell["source"])
    return json.dumps(content)


def _kernel_request(told: Mapping[str, Any], text: str) -> Any:
    """The request to save and run a notebook, every setting said."""
    from kagglesdk.kernels.types.kernels_api_service import ApiSaveKernelRequest

    request = ApiSaveKernelRequest()
    request.slug, request.new_title, request.text = told["id"], told["title"], text
    for name in ("language", "kernel_type", "is_private", "enable_internet", "enable_gpu", "enable_tpu"):
        setattr(request, name, told[name])
    request.dataset_data_sources, request.competition_data_sources = (
        told["dataset_sources"],
        told["competition_sources"],
    )
    for name in ("docker_image_pinning_type", "machine_shape", "session_timeout_seconds"):
        if name in told:
            setattr(request, name, told[name])
    return request


def _check_sources(ref: str, reply: Any) -> None:
    """KitError where the host leaves out what the notebook reads."""
    left = {"data set": reply.invalid_dataset_sources, "competition": reply.invalid_competition_sources}
    for what, names in left.items():
        if names:
            raise KitError(
                f"Kaggle pushed the notebook {ref} without the {what} {', '.join(names)}",
                todo="look whether this account may read it, and run it again",
            )
