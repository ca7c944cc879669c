"""Hosts whose links show a page about a file and not the file, each with the way out."""

from __future__ import annotations

from typing import NamedTuple


class Share(NamedTuple):
    """A sharing service: its name, hosts (and their subdomains), path starts and the way out."""

    name: str
    hosts: tuple[str, ...]
    paths: tuple[str, ...] = ("",)
    hint: str = "download the file and publish it from this machine: `mediaprep publish`"


SHARES = (
    Share("Google Photos", ("photos.google.com", "photos.app.goo.gl")),
    Share("Google Drive", ("drive.google.com",)),
    Share("Google Docs", ("docs.google.com",)),
    Share(
        "Dropbox",
        ("dropbox.com",),
        ("/s/", "/sh/", "/scl/"),
        "download the file and publish it, or use the link of dl.dropboxusercontent.com",
    ),
    Share("OneDrive", ("1drv.ms", "onedrive.live.com", "sharepoint.com")),
    Share("WeTransfer", ("wetransfer.com", "we.tl")),
    Share("iCloud", ("icloud.com",)),
    Share("Box", ("box.com",), ("/s/", "/file/", "/folder/")),
    Share("MEGA", ("mega.nz", "mega.io")),
    Share("MediaFire", ("mediafire.com",), ("/file/", "/view/", "/folder/")),
    Share("Baidu Netdisk", ("pan.baidu.com", "yun.baidu.com")),
    Share("Quark Drive", ("pan.quark.cn",)),
    Share("Aliyun Drive", ("alipan.com", "aliyundrive.com")),
    Share("123pan", ("123pan.com",)),
    Share("Feishu", ("feishu.cn", "larksuite.com")),
    Share("Imgur", ("imgur.com",)),
    Share("Flickr", ("flickr.com",)),
    Share("Pinterest", ("pinterest.com", "pin.it")),
    Share("YouTube", ("youtube.com", "youtu.be")),
    Share("Vimeo", ("vimeo.com",)),
    Share("TikTok", ("tiktok.com",)),
    Share("Instagram", ("instagram.com",)),
    Share("Frame.io", ("frame.io", "f.io")),
    Share("Notion", ("notion.so", "notion.site")),
    Share(
        "GitHub",
        ("github.com",),
        ("",),
        "use the file's address at raw.githubusercontent.com",
    ),
)
# Subdomains of a sharing service that do serve the bytes.
_DIRECT = ("dl.dropbox.com", "i.imgur.com", "public.boxcloud.com")


def share_of(host: str, path: str) -> Share | None:
    """Name the sharing service whose page this is; a host that serves the bytes is none."""
    host = host.rstrip(".").lower()
    if host in _DIRECT:
        return None
    for share in SHARES:
        if any(
            host == name or host.endswith(f".{name}") for name in share.hosts
        ) and path.startswith(share.paths):
            return share
    return None
