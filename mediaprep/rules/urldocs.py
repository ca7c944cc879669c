"""The URL rules as they are declared: code, name, severity and documentation."""

from __future__ import annotations

from mediaprep.model import Severity
from mediaprep.rules.registry import declare

_WHY = "\n\n## Why it is refused\n"
_NOTE, _WARNING, _ERROR = Severity.NOTE, Severity.WARNING, Severity.ERROR

_DECLARED: tuple[tuple[str, str, Severity, str, str], ...] = (
    (
        "URL001",
        "not-a-web-url",
        _ERROR,
        "Checks that the text is an http or https URL with a host and without a user name.",
        "A backend fetches over the web. It has no access to `file:`, `s3://` or a folder, and "
        "what stands before an @ is a password or a trick.",
    ),
    (
        "URL002",
        "data-uri",
        _ERROR,
        "Checks that the URL is an address and not the content itself (`data:…;base64,`).",
        "Asset libraries register addresses. Some generation endpoints take `data:` images, an "
        "asset library takes none.",
    ),
    (
        "URL003",
        "not-https",
        _WARNING,
        "Checks that the URL, and every redirect, is https.",
        "Some fetchers take https alone, and whoever sits between can change the media.",
    ),
    (
        "URL004",
        "private-address",
        _ERROR,
        "Checks that every address of the host, at every redirect, is a public one.",
        "A backend cannot reach your network, and must not be made to reach its own. An address "
        "inside another (NAT64, 6to4, mapped) or in disguise (2130706433) counts as what it "
        "leads to. `--allow-private` is for a local sandbox.",
    ),
    (
        "URL005",
        "share-link",
        _ERROR,
        "Names links that show a page about a file: Google Drive, Photos, Dropbox, WeTransfer…",
        "The backend gets the page and not the file, however well it shows in a browser.",
    ),
    (
        "URL006",
        "url-unreachable",
        _ERROR,
        "Checks that the host has an address, takes a connection, proves its name and answers.",
        "What we cannot fetch within the deadline the backend hardly can. It fetches from another "
        "network: a host that answers one country alone passes here and fails there.",
    ),
    (
        "URL007",
        "sign-in-needed",
        _ERROR,
        "Checks that the bytes come without a sign-in: no 401, 403 or login page.",
        "A backend has no account with the host. For S3 that is a private object without a "
        "presigned URL, a wrong signature or an end that has passed.",
    ),
    (
        "URL008",
        "url-expired",
        _ERROR,
        "Reads the end of a presigned URL (S3, GCS, TOS, OSS, Azure) off the URL.",
        "Backends fetch after they have answered, at times minutes later. Within five minutes of "
        "the end it is a warning.",
    ),
    (
        "URL009",
        "http-error",
        _ERROR,
        "Checks that the answer is 200 or 206.",
        "Anything else (404, 410, 429, 5xx) gives the backend no media.",
    ),
    (
        "URL010",
        "web-page",
        _ERROR,
        "Checks that the bytes are no HTML page.",
        "A page that shows the media is not the media: preview pages, sign-in pages, 'not found' "
        "pages that answer 200.",
    ),
    (
        "URL011",
        "not-media-bytes",
        _ERROR,
        "Checks that the first bytes are those of an image, a video or a sound.",
        "Backends decide by content.",
    ),
    (
        "URL012",
        "not-the-declared-kind",
        _ERROR,
        "Checks that the bytes are the kind of media they are to be registered as.",
        "An asset registered as the wrong type fails when it is processed, or when it is used.",
    ),
    (
        "URL013",
        "misleading-content-type",
        _WARNING,
        "Holds the Content-Type header against what the bytes are.",
        "Some fetchers refuse by the header alone, `application/octet-stream` above all.",
    ),
    (
        "URL014",
        "not-the-bytes-meant",
        _ERROR,
        "Checks that the object is as long as the file that it stands for, and not empty.",
        "An upload that was cut, or an older file under the same URL, would be registered.",
    ),
    (
        "URL015",
        "redirected",
        _WARNING,
        "Shows where redirects lead; more than three are an error.",
        "Some fetchers follow none. Register where the last one leads.",
    ),
    (
        "URL016",
        "url-too-long",
        _ERROR,
        "Counts the characters of the URL.",
        "Where a profile states a length (`[url]`), past it is an error; elsewhere past 2048 is a "
        "warning. A URL signed with a session token "
        "is long: sign with a key of its own, or use `--url-base`.",
    ),
    (
        "URL017",
        "host-is-an-address",
        _WARNING,
        "Checks that the host is a name.",
        "Some fetchers take no addresses, and no certificate proves one.",
    ),
    (
        "URL018",
        "length-not-told",
        _NOTE,
        "Checks that the answer tells its length.",
        "A size limit cannot be checked before the last byte, and some fetchers want a length.",
    ),
    (
        "URL019",
        "slow-answer",
        _WARNING,
        "Measures the time until the first byte of media: past five seconds it is a warning.",
        "Backends wait for a limited time, of which none is documented.",
    ),
)


for _code, _name, _severity, _doc, _because in _DECLARED:
    declare(_code, _name, _doc + _WHY + _because, severity=_severity)
