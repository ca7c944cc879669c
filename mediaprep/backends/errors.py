"""What a backend refused or answered wrongly, in its own words, with what to do about it."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType

from mediaprep.errors import MediaprepError


class Category(StrEnum):
    """Why a call failed, the same for every backend."""

    AUTH = "auth"
    WRONG_HOST = "wrong-host"
    NOT_FOUND = "not-found"
    INVALID = "invalid"
    QUOTA = "quota"
    RATE_LIMITED = "rate-limited"
    SUBSCRIPTION = "subscription"
    MODERATION = "moderation"
    SERVER = "server"
    MALFORMED_ANSWER = "malformed-answer"
    UNSUPPORTED = "unsupported"


ADVICE = MappingProxyType(
    {
        Category.AUTH: "check the key that this backend's variables hold, and what it may do",
        Category.WRONG_HOST: "check the base URL: this host does not serve the asset library",
        Category.NOT_FOUND: "check the id, and that it belongs to this account and project",
        Category.INVALID: "correct what the backend names; `mediaprep check` knows its limits",
        Category.QUOTA: "free a place in the library, or ask the provider for more",
        Category.RATE_LIMITED: "wait, or lower the rate that is configured for this backend",
        Category.SUBSCRIPTION: "the account lacks the plan or right: ask the provider for it",
        Category.MODERATION: "the provider refuses the content: use other media, or ask it why",
        Category.SERVER: "the provider has a problem: run the command again later",
        Category.MALFORMED_ANSWER: "check the base URL: something else may have answered",
        Category.UNSUPPORTED: "the provider's console may have it",
    }
)

RETRYABLE = frozenset({Category.RATE_LIMITED, Category.SERVER})
# After these the backend may have acted all the same, so the outcome is to be looked up.
UNSETTLED = frozenset({Category.SERVER, Category.MALFORMED_ANSWER})


class BackendError(MediaprepError):
    """A backend's refusal; `words` and `code` are the provider's, `hint` is our advice."""

    def __init__(
        self,
        backend: str,
        category: Category,
        words: str,
        *,
        code: str = "",
        status: int | None = None,
        request_id: str = "",
        param: str = "",
        retry_after_s: float | None = None,
        hint: str = "",
    ) -> None:
        told = ", ".join(
            f"{label} {value}"
            for label, value in (
                ("code", code),
                ("parameter", param),
                ("HTTP", status),
                ("request", request_id),
            )
            if value
        )
        message = f"{backend}: {words}" + (f" ({told})" if told else "")
        super().__init__(message, hint or ADVICE[category])
        self.backend = backend
        self.category = category
        self.words = words
        self.code = code
        self.status = status
        self.request_id = request_id
        self.param = param
        self.retry_after_s = retry_after_s

    @property
    def retryable(self) -> bool:
        """Whether the same call may succeed later; not whether it is safe to send it again."""
        return self.category in RETRYABLE

    @property
    def settled(self) -> bool:
        """Whether the backend certainly did not act: if not, look before creating again."""
        return self.category not in UNSETTLED


class CredentialsMissing(MediaprepError):  # noqa: N818
    """A credential is not in the environment; the message names the variable."""
