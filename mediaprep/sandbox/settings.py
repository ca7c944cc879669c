"""How a sandbox is to behave, and the credentials it makes up for itself."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from mediaprep.sandbox.rates import DOCUMENTED, IN_FLIGHT, Rate


@dataclass(frozen=True, slots=True)
class Credentials:
    """Made up for each run; they open nothing else."""

    sunra: str = field(default_factory=lambda: f"sandbox-sunra-{secrets.token_hex(12)}")
    agtcloud: str = field(default_factory=lambda: f"sandbox-agtcloud-{secrets.token_hex(12)}")
    agentsflare: str = field(default_factory=lambda: f"sandbox-agentsflare-{secrets.token_hex(12)}")
    crun: str = field(default_factory=lambda: f"sandbox-crun-{secrets.token_hex(12)}")
    atlascloud: str = field(default_factory=lambda: f"sandbox-atlascloud-{secrets.token_hex(12)}")
    volcengine_key: str = field(default_factory=lambda: f"AKLTsandbox{secrets.token_hex(8)}")
    volcengine_secret: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    volcengine_ark: str = field(default_factory=lambda: f"sandbox-ark-{secrets.token_hex(12)}")
    byteplus_key: str = field(default_factory=lambda: f"AKAPsandbox{secrets.token_hex(8)}")
    byteplus_secret: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    byteplus_ark: str = field(default_factory=lambda: f"sandbox-ark-{secrets.token_hex(12)}")
    session_token: str = field(default_factory=lambda: f"sandbox-sts-{secrets.token_hex(12)}")
    s3_secret: str = field(default_factory=lambda: secrets.token_hex(20))


@dataclass(slots=True)
class Settings:
    """What `mediaprep sandbox` was told."""

    delay_s: float = 0.3
    revision: str = "seed"  # or "2026": what official pages and real answers show since
    quota: int = 0  # assets a library holds at most; 0: any number
    slack_s: float = 0.05
    tasks_end: str = "active"  # or "response": what ends a "concurrent creation task"
    limits: dict[tuple[str, str], Rate] = field(default_factory=lambda: dict(DOCUMENTED))
    in_flight: dict[str, int] = field(default_factory=lambda: dict(IN_FLIGHT))
    credentials: Credentials = field(default_factory=Credentials)
    folder: str = ""  # where fetched bytes are for the moment they are measured
