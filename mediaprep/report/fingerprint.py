"""Identifies a finding from one run to the next, whatever numbers are found meanwhile."""

from __future__ import annotations

import hashlib

from mediaprep.model import Finding
from mediaprep.report.paths import raw_bytes


def fingerprint(name: str, finding: Finding) -> str:
    """Return 16 hexadecimal digits for a finding of the file that goes by `name`."""
    parts = (finding.code, finding.profile or "", finding.measure or "", name)
    return hashlib.sha256(raw_bytes("\0".join(parts))).hexdigest()[:16]
