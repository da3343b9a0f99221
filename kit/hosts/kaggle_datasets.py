"""Private data sets at Kaggle: the files of a folder are uploaded, and looked at until they are processed.

The client's own `dataset_create_new` prints, keeps files of its own, and repeats what may not be repeated; the requests
that it makes are made here one by one.
"""

from __future__ import annotations

import json
from pathlib import Path

from kit.hosts.host import HostError
from kit.hosts.kaggle_client import PatientClient, or_unknown

METADATA = "dataset-metadata.json"
READY, FAILED = "READY", ("FAILED", "DELETED")


class KaggleDatasets:
    """The data sets of the account; `client` is signed in."""

    def __init__(self, client: PatientClient) -> None:
        self._client = client

    def status(self, ref: str) -> str | None:
        """How far a data set OWNER/SLUG is, in the host's word; None where none is known, or not yet."""
        from kagglesdk.datasets.types.dataset_api_service import ApiGetDatasetStatusRequest

        request = ApiGetDatasetStatusRequest()
        request.owner_slug, request.dataset_slug = ref.split("/")
        ask = self._client.call_all
        reply = or_unknown(lambda: ask(lambda client: client.datasets.dataset_api_client.get_dataset_status(request)))
        return None if reply is None else str(reply.status.name)

    def upload(self, folder: Path) -> None:
        """Make a private data set of the files in `folder`, by its dataset-metadata.json; it may be repeated.

        One of this name that is there already stays as it is. HostBusy where the answer is lost: it may be there.
        """
        from kagglesdk.datasets.types.dataset_api_service import ApiCreateDatasetRequest, ApiDatasetNewFile

        told = json.loads((folder / METADATA).read_text())
        files = []
        for path in sorted(path for path in folder.iterdir() if path.name != METADATA):
            one = ApiDatasetNewFile()
            one.token = self._client.retried(lambda path=path: self._put(path))  # type: ignore[misc]
            files.append(one)
        request = ApiCreateDatasetRequest()
        request.owner_slug, request.slug = told["id"].split("/")
        request.title, request.license_name = told["title"], told["licenses"][0]["name"]
        request.files, request.is_private = files, True
        with self._client.open_all() as client:
            reply = client.datasets.dataset_api_client.create_dataset(request)
        if reply.error and "already in use" not in reply.error:
            raise HostError(f"Kaggle did not take the data set {told['id']}: {reply.error}", todo="run it again")

    def _put(self, path: Path) -> str:
        from kagglesdk.blobs.types.blob_api_service import ApiBlobType, ApiStartBlobUploadRequest

        request = ApiStartBlobUploadRequest()
        request.type, request.name = ApiBlobType.DATASET, path.name
        request.content_length = path.stat().st_size
        request.last_modified_epoch_seconds = int(path.stat().st_mtime)
        with self._client.open_all() as client:
            place = client.blobs.blob_api_client.start_blob_upload(request)
            return self._client.put(place, path)
