"""A backend's own upload as the store, for those who have no bucket (Atlas Cloud: uploadMedia).

The URL that comes back is temporary and cannot be asked for again, so it is kept for this run only.
"""

from __future__ import annotations

import os
import threading
from pathlib import PurePath

from mediaprep.backends.call import Upload
from mediaprep.publish.presign import Life, Presigned
from mediaprep.publish.session import Session
from mediaprep.publish.storing import StoredObject, StoreError, content_key
from mediaprep.secret import Secret


class BackendStore:
    """Sends files to the backend itself; shared by threads."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._urls: dict[str, Secret] = {}
        self._lock = threading.Lock()

    def put(self, path: str, sha256: str, content_type: str) -> StoredObject:
        """Upload the file; a lost answer is no harm, since nothing refers to what was sent."""
        key = content_key("", path, sha256, content_type)
        upload = Upload(path, PurePath(key).name, content_type)
        url = self._session.ask(
            self._session.backend.upload_media(upload), self._session.backend.parse_uploaded
        )
        with self._lock:
            self._urls[key] = url
        return StoredObject(key, os.path.getsize(path), uploaded=True)

    def presign(self, key: str, life_s: int) -> Presigned:
        """Return the URL that the upload was answered with; how long it lives is not told."""
        with self._lock:
            url = self._urls.get(key)
        if url is None:
            raise StoreError("the backend's URL of an earlier run is gone", "run it again")
        return Presigned(url, None)

    def life(self, asked_s: int) -> Life:
        """Return the life asked for: the backend documents none."""
        return Life(asked_s, "the backend does not say how long its URLs live")

    def life_s(self, asked_s: int) -> int:
        """Return the seconds of `life`."""
        return self.life(asked_s).seconds
