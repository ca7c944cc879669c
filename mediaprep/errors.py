"""What can stop a run. Whatever is wrong with media is a finding, never one of these.

MediaprepError
    UsageError      the call cannot be carried out as it stands
    ConfigError     a config or profile file says something we do not know
    ToolMissing     a program or package that the call needs is not there
    FixFailed       one file could not be changed as its plan says; the run goes on
"""

from __future__ import annotations


class MediaprepError(Exception):
    """The base of every error that mediaprep raises on purpose; `hint` says what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(MediaprepError):
    """The call cannot be carried out as it stands: no such path, nothing matched."""


class ConfigError(MediaprepError):
    """A config or profile file is wrong; the message names file, line, key and expectation."""


class ToolMissing(MediaprepError):  # noqa: N818
    """A program or package is not installed; the hint is the command that installs it."""


class FixFailed(MediaprepError):  # noqa: N818
    """One file could not be changed as its plan says; nothing of it is left behind."""
