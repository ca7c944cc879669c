"""What Volcengine's error codes mean here, and what to do about each.

There is no official table for the asset library: these are the codes of the public error pages
(https://docs.byteplus.com/en/docs/ModelArk/1299023) and those seen in answers.
"""

from __future__ import annotations

from mediaprep.backends.answers import guess
from mediaprep.backends.errors import Category

# Part of a code -> category; the first that fits.
_CATEGORIES: tuple[tuple[str, Category], ...] = (
    ("SignatureDoesNotMatch", Category.AUTH),
    ("InvalidAccessKey", Category.AUTH),
    ("InvalidCredential", Category.AUTH),
    ("InvalidSecretToken", Category.AUTH),
    ("InvalidSecurityToken", Category.AUTH),
    ("InvalidTimestamp", Category.AUTH),
    ("RequestExpired", Category.AUTH),
    ("MissingAuthentication", Category.AUTH),
    ("MissingSignature", Category.AUTH),
    ("InvalidAuthorization", Category.AUTH),
    ("Unauthorized", Category.AUTH),
    ("AccessDenied", Category.AUTH),
    ("Forbidden", Category.AUTH),
    ("SubscriptionRequired", Category.SUBSCRIPTION),
    ("ModelNotOpen", Category.SUBSCRIPTION),
    ("AIGCNotAvailable", Category.SUBSCRIPTION),
    ("ServiceNotOpen", Category.SUBSCRIPTION),
    ("RequestLimitExceeded", Category.RATE_LIMITED),
    ("RateLimit", Category.RATE_LIMITED),
    ("FlowLimit", Category.RATE_LIMITED),
    ("Throttl", Category.RATE_LIMITED),
    ("TooManyRequests", Category.RATE_LIMITED),
    ("Quota", Category.QUOTA),
    ("InsufficientBalance", Category.QUOTA),
    ("AccountOverdue", Category.QUOTA),
    ("InvalidActionOrVersion", Category.WRONG_HOST),
    ("InvalidAction", Category.WRONG_HOST),
    ("ServiceNotFound", Category.WRONG_HOST),
    ("SensitiveContent", Category.MODERATION),
    ("RiskDetection", Category.MODERATION),
    ("PolicyViolation", Category.MODERATION),
    ("FaceMismatch", Category.MODERATION),
    ("NotFound", Category.NOT_FOUND),
    ("InternalError", Category.SERVER),
    ("InternalService", Category.SERVER),
    ("ServiceUnavailable", Category.SERVER),
    ("ServerOverloaded", Category.SERVER),
    ("InvalidParameter", Category.INVALID),
    ("MissingParameter", Category.INVALID),
)
_CLOCK = "set this machine's clock: a signature holds for minutes"
# Part of a code -> what to do; `{}` is the prefix of the variables.
_HINTS: tuple[tuple[str, str], ...] = (
    ("SignatureDoesNotMatch", "check {}_SECRET_KEY, and that this machine's clock is right"),
    ("InvalidAccessKey", "check {}_ACCESS_KEY, and that the base URL is this account's"),
    ("InvalidCredential", "check {0}_ACCESS_KEY, and that MEDIAPREP_{0}_REGION is the host's"),
    ("InvalidSecretToken", "renew {}_SESSION_TOKEN, with both keys that came with it"),
    ("InvalidSecurityToken", "renew {}_SESSION_TOKEN, with both keys that came with it"),
    ("InvalidTimestamp", _CLOCK),
    ("RequestExpired", _CLOCK),
    ("AccessDenied", "grant the key's user ark:*Asset*, and check the project"),
    ("Forbidden", "grant the key's user ark:*Asset*, and check the project"),
    ("SubscriptionRequired", "the library needs a paid plan: open it in the provider's console"),
    ("AIGCNotAvailable", "sign the authorization letter in the provider's console first"),
    ("AssetGroupNotFound", "check the group, and that MEDIAPREP_{}_PROJECT is its project"),
    ("Quota", "delete assets that no running job uses, or ask for a larger library"),
    ("DownloadFailed", "run `mediaprep url check` on the URL; the bucket may be out of reach"),
    ("AspectRatio", "pad the picture with `mediaprep fix`: scaling does not help"),
    ("PixelCount", "scale it with `mediaprep fix`"),
    ("FpsToo", "retime it with `mediaprep fix`"),
    ("Duration", "trim or pad it with `mediaprep fix`"),
    ("FileSize", "make it smaller with `mediaprep fix`"),
    ("FormatUnsupported", "check that the file is of the declared type; for sound try WAV"),
    ("InvalidParameter.Name", "shorten the name: 64 characters at most"),
)
_PARAMS = frozenset(
    {"Name", "Description", "URL", "AssetType", "GroupId", "GroupIds", "GroupType", "Filter", "Id"}
    | {"ProjectName", "Statuses", "PageNumber", "PageSize", "Moderation", "SortBy", "SortOrder"}
)


def category(code: str, words: str, status: int) -> Category:
    """Sort an error by its code, else by its words, else by the HTTP status."""
    for part, found in _CATEGORIES:
        if part in code:
            return found
    if status == 429:
        return Category.RATE_LIMITED
    return Category.SERVER if status >= 500 else guess(words)


def param(code: str) -> str:
    """Return the parameter that a code names after a dot, or an empty string."""
    return next((part for part in reversed(code.split(".")[1:]) if part in _PARAMS), "")


def hint(code: str, prefix: str) -> str:
    """Return what to do about a code, or an empty string."""
    return next((say.format(prefix) for part, say in _HINTS if part in code), "")
