"""The stand-in's data sets, notebooks and submissions by code: state that lives on, and answers that come late."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


class Refused(Exception):
    """A call that the host answers with an error."""

    def __init__(self, status: int, words: str) -> None:
        self.status, self.words = status, words


@dataclass(frozen=True)
class Ran:
    """What the run of a notebook left."""

    files: dict[str, bytes]
    log: str = ""
    failure: str = ""


@dataclass
class Version:
    """A notebook as it was pushed, and its run."""

    request: dict[str, Any]
    ran: Ran
    states: list[str] = field(default_factory=list)
    """What is said of its run before the end, look by look; 404 is no answer."""


class Notebooks:
    """A part of KaggleStandIn."""

    url: str
    submit: Callable[..., Any]
    check_allowance: Callable[[], None]
    _blobs: dict[str, bytes]

    def start_notebooks(self) -> None:
        self.only_notebooks = False
        self.closed = False
        self.folders = ["train", "test"]
        """At the top of the competition's files."""
        self.datasets: dict[str, dict[str, bytes]] = {}
        self.dataset_states: list[str] = []
        """What is said of a new data set before READY; 403 is no answer."""
        self.kernels: dict[str, list[Version]] = {}
        self.kernel_states: list[str] = []
        self.output_lag = 0
        """Looks at what a run wrote after which it is listed."""
        self.code_lag = 0
        """How often the host does not find a notebook that ran."""
        self.written = b""
        self.runs_notebook: Callable[[dict[str, Any], bool], Ran] = lambda request, hidden: Ran(
            {"submission.csv": self.written}
        )
        """Runs a notebook as it was pushed, on the visible test set or on the hidden one."""
        self.hours = (10, 30)
        self._waiting: dict[str, list[str]] = {}
        self._names: dict[str, str] = {}

    def ListDataTreeFiles(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"directories": [{"name": name} for name in self.folders], "files": []}

    def StartBlobUpload(self, request: dict[str, Any]) -> dict[str, Any]:
        token = f"blob{len(self._blobs)}"
        self._blobs[token], self._names[token] = b"", request["name"]
        return {"token": token, "createUrl": f"{self.url}/upload/{token}"}

    def CreateDataset(self, request: dict[str, Any]) -> dict[str, Any]:
        ref = f"{request['ownerSlug']}/{request['slug']}"
        if ref in self.datasets:
            words = f'The requested slug "{request["slug"]}" is already in use by a dataset.'
            return {"error": words, "status": "error"}
        if not request.get("isPrivate"):
            raise Refused(400, "this bundle was to be private")
        if not all(6 <= len(request[name]) <= 50 for name in ("slug", "title")):
            raise Refused(400, "slug and title have 6 to 50 characters")
        tokens = [one["token"] for one in request["files"]]
        self.datasets[ref] = {self._names[token]: self._blobs[token] for token in tokens}
        self._waiting[ref] = list(self.dataset_states)
        return {"ref": ref, "status": "ok"}

    def GetDatasetStatus(self, request: dict[str, Any]) -> dict[str, Any]:
        ref = f"{request['ownerSlug']}/{request['datasetSlug']}"
        status = self._waiting[ref].pop(0) if self._waiting.get(ref) else "READY"
        if ref not in self.datasets or status == "403":
            raise Refused(403, "Permission 'datasets.get' was denied")
        return {"status": status}

    def SaveKernel(self, request: dict[str, Any]) -> dict[str, Any]:
        lost = [ref for ref in request.get("datasetDataSources", []) if ref not in self.datasets]
        versions = self.kernels.setdefault(request["slug"], [])
        ran = Ran({}, failure="its data set is not there") if lost else self.runs_notebook(request, False)
        versions.append(Version(request, ran, list(self.kernel_states)))
        reply = {"ref": request["slug"], "versionNumber": len(versions)}
        return {**reply, **({"invalidDatasetSources": lost} if lost else {})}

    def GetKernel(self, request: dict[str, Any]) -> dict[str, Any]:
        ref = f"{request['userName']}/{request['kernelSlug']}"
        if ref not in self.kernels:
            raise Refused(403, "Permission 'kernels.get' was denied")
        return {"metadata": {"ref": ref, "currentVersionNumber": len(self.kernels[ref])}}

    def GetKernelSessionStatus(self, request: dict[str, Any]) -> dict[str, Any]:
        version = self._version(request)
        state = version.states.pop(0) if version.states else "ERROR" if version.ran.failure else "COMPLETE"
        if state == "404":
            raise Refused(404, "Not found")
        return {"status": state, **({"failureMessage": version.ran.failure} if state == "ERROR" else {})}

    def ListKernelSessionOutput(self, request: dict[str, Any]) -> dict[str, Any]:
        ran = self._version(request).ran
        self.output_lag -= 1
        names = [] if self.output_lag >= 0 else sorted(ran.files)
        place = f"{self.url}/output/{request['userName']}/{request['kernelSlug']}/{request['versionLabel'][1:]}"
        return {"files": [{"fileName": name, "url": f"{place}/{name}"} for name in names], "log": ran.log}

    def output(self, path: str) -> bytes:
        owner, slug, version, name = path.split("/")
        return self.kernels[f"{owner}/{slug}"][int(version) - 1].ran.files[name]

    def GetAcceleratorQuotaStatistics(self, request: dict[str, Any]) -> dict[str, Any]:
        used, whole = (f"{3600 * hours}s" for hours in self.hours)
        return {"gpuQuota": {"timeUsed": used, "totalTimeAllowed": whole}}

    def CreateCodeSubmission(self, request: dict[str, Any]) -> dict[str, Any]:
        asked = {"userName": request["kernelOwner"], "kernelSlug": request["kernelSlug"]}
        self.code_lag -= 1
        version = self._version({**asked, "versionLabel": f"v{request['kernelVersion']}"})
        if self.code_lag >= 0 or request["fileName"] not in version.ran.files:
            raise Refused(404, "Could not find provided notebook")
        self.check_allowance()
        again = self.runs_notebook(version.request, True)
        error = again.failure or ("" if request["fileName"] in again.files else "Submission CSV Not Found")
        data = again.files.get(request["fileName"], b"")
        sent = self.submit(request.get("submissionDescription", ""), data, error=error or None)
        return {"message": "Successfully submitted to Masks", "ref": sent.ref}

    def _version(self, request: dict[str, Any]) -> Version:
        number = int(request["versionLabel"].removeprefix("v"))
        versions = self.kernels.get(f"{request['userName']}/{request['kernelSlug']}", [])
        if not 1 <= number <= len(versions):
            raise Refused(404, "Not found")
        return versions[number - 1]
