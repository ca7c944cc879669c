"""What an S3 server's refusals mean, in one line each with the way out.

Codes: Amazon S3 API reference, "Error responses"; compatible servers use the same words.
"""

from __future__ import annotations

from typing import NamedTuple

from mediaprep.publish.storing import StoreError

CREDENTIALS = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"


class Refusal(NamedTuple):
    """What to say of an error code, what to do, and whether every other file meets it, too."""

    words: str
    hint: str
    fatal: bool = True


_BY_CODE: dict[str, Refusal] = {
    "NoSuchBucket": Refusal(
        "there is no bucket {bucket}", "create it, or correct MEDIAPREP_STORE or --store"
    ),
    "AccessDenied": Refusal(
        "access to {bucket} is denied", "the key needs s3:PutObject and s3:GetObject on {bucket}"
    ),
    "InvalidAccessKeyId": Refusal(
        "the server does not know this access key", "look at AWS_ACCESS_KEY_ID and the endpoint"
    ),
    "SignatureDoesNotMatch": Refusal(
        "the signature is refused: the secret key does not belong to the access key",
        "look at AWS_SECRET_ACCESS_KEY (and AWS_REGION)",
    ),
    "ExpiredToken": Refusal(
        "the session token has ended", "sign in again: AWS_SESSION_TOKEN and its keys"
    ),
    "InvalidToken": Refusal(
        "the session token is refused", "unset AWS_SESSION_TOKEN, or set it with its own keys"
    ),
    "RequestTimeTooSkewed": Refusal(
        "the clock of this machine is off from the server's", "set the clock (NTP)"
    ),
    "AuthorizationHeaderMalformed": Refusal(
        "the bucket {bucket} is in another region than {region}", "set AWS_REGION to the bucket's"
    ),
    "PermanentRedirect": Refusal(
        "the bucket {bucket} is in another region than {region}", "set AWS_REGION to the bucket's"
    ),
    "IllegalLocationConstraintException": Refusal(
        "the bucket {bucket} is in another region than {region}", "set AWS_REGION to the bucket's"
    ),
    "AccessControlListNotSupported": Refusal(
        "the bucket {bucket} takes no ACL", "leave the ACL option out and rely on presigned URLs"
    ),
    "InvalidBucketName": Refusal("{bucket} is no bucket name", "give s3://bucket/prefix"),
    "KMS.NotFoundException": Refusal("the KMS key does not exist", "look at the encryption option"),
    "EntityTooLarge": Refusal("the file is larger than the store takes", "make it smaller", False),
    "BadDigest": Refusal(
        "the bytes changed on the way, or while they were read", "run it again", False
    ),
    "XAmzContentChecksumMismatch": Refusal(
        "the bytes changed on the way, or while they were read", "run it again", False
    ),
    "SlowDown": Refusal("the store asks to slow down", "run it again with fewer at a time", False),
    "NotImplemented": Refusal("the server does not offer this: {said}", "use plain options"),
    "QuotaExceeded": Refusal("the store's quota is used up", "make room, or raise the quota"),
}
# HEAD answers have no body, so the code is the bare status.
_BY_STATUS = {
    "301": _BY_CODE["PermanentRedirect"],
    "400": Refusal("the server refuses the request", "look at AWS_REGION and the endpoint"),
    "401": _BY_CODE["InvalidAccessKeyId"],
    "403": Refusal(
        "access to {bucket} is denied",
        "look at the keys, and at s3:GetObject and s3:ListBucket on {bucket}",
    ),
    "404": Refusal("it is not there", "look at the bucket's name", fatal=False),
}
# botocore's own exceptions, by class name.
_BY_EXCEPTION: dict[str, Refusal] = {
    "NoCredentialsError": Refusal("no credentials for the store", f"set {CREDENTIALS}"),
    "PartialCredentialsError": Refusal(
        "half of the credentials for the store is missing", f"set both {CREDENTIALS}"
    ),
    "ProfileNotFound": Refusal("{said}", "look at AWS_PROFILE"),
    "NoRegionError": Refusal("no region for the store", "set AWS_REGION"),
    "InvalidRegionError": Refusal("AWS_REGION is no region", "correct it"),
    "EndpointConnectionError": Refusal(
        "the store at {endpoint} cannot be reached", "look at AWS_ENDPOINT_URL_S3 and the network"
    ),
    "ConnectTimeoutError": Refusal(
        "the store at {endpoint} takes no connection", "look at AWS_ENDPOINT_URL_S3 and the network"
    ),
    "SSLError": Refusal(
        "the certificate of the store at {endpoint} is refused",
        "AWS_CA_BUNDLE names certificates of your own",
    ),
    "ReadTimeoutError": Refusal("the store did not answer in time", "run it again", False),
    "ConnectionClosedError": Refusal("the store hung up", "run it again", False),
    "TokenRetrievalError": Refusal("the sign-in of AWS SSO has ended", "run `aws sso login`"),
    "UnauthorizedSSOTokenError": Refusal("the sign-in of AWS SSO has ended", "run `aws sso login`"),
    "SSOTokenLoadError": Refusal("there is no sign-in of AWS SSO", "run `aws sso login`"),
    "ParamValidationError": Refusal("the store's options are refused", "look at bucket and ACL"),
    "InvalidEndpointDiscoveryConfigurationError": Refusal("{said}", "look at AWS_ENDPOINT_URL_S3"),
}


class Place(NamedTuple):
    """Where it happened, for the words."""

    bucket: str
    region: str
    endpoint: str


def of_code(code: str, status: int, said: str, place: Place) -> StoreError:
    """Make the error of a server's refusal."""
    refusal = _BY_CODE.get(code) or _BY_STATUS.get(code)
    if refusal is None:
        fatal = status < 500
        hint = "run it again" if status >= 500 else "the words are the server's"
        refusal = Refusal(f"the store answered {status} {code}: {{said}}", hint, fatal)
    return _error(refusal, said, place)


def of_exception(name: str, said: str, place: Place) -> StoreError:
    """Make the error of something that went wrong on this side of the wire."""
    refusal = _BY_EXCEPTION.get(name) or Refusal(
        f"the store failed ({name})", "run it again", False
    )
    return _error(refusal, said, place)


def _error(refusal: Refusal, said: str, place: Place) -> StoreError:
    # Words from outside are put in last, and never read as a pattern.
    known = {"bucket": place.bucket, "region": place.region or "(none)", "said": said[:300]}
    known["endpoint"] = place.endpoint or "amazonaws.com"
    words, hint = (text.format_map(known) for text in (refusal.words, refusal.hint))
    return StoreError(f"store: {words}", hint, fatal=refusal.fatal)
