"""OpenStack Swift on one machine: rings of one device, four configurations, four processes.

https://docs.openstack.org/swift/latest/development_saio.html, cut down to what S3 needs: no cache,
no replication, no background daemons.
"""

from __future__ import annotations

import getpass
import os
import signal
import subprocess
import sys
from pathlib import Path

from mediaprep.sandbox.s3 import ACCESS_KEY, REGION, free_port, make_bucket
from mediaprep.sandbox.serve import LOOPBACK

_SERVERS = ("object", "container", "account")
_MOST_BYTES = 5 << 30
_STOP_S = 5.0
# Ends with its parent, however the parent ends: 1 is PR_SET_PDEATHSIG.
_LAUNCH = """
import ctypes, os, sys
ctypes.CDLL(None).prctl(1, 15)
os.getppid() == int(sys.argv[3]) or sys.exit()
from swift.common.wsgi import run_wsgi
sys.exit(run_wsgi(sys.argv[1], sys.argv[2]))
"""
_SWIFT_CONF = f"""
[swift-hash]
swift_hash_path_suffix = mediaprep
swift_hash_path_prefix = mediaprep
[storage-policy:0]
name = one
default = yes
[swift-constraints]
max_file_size = {_MOST_BYTES}
"""
_DEFAULT = """
[DEFAULT]
bind_ip = {ip}
bind_port = {port}
user = {user}
swift_dir = {folder}
log_level = WARNING
log_udp_host = {ip}
log_udp_port = 9
workers = 0
"""
_STORAGE = """
devices = {folder}/srv
mount_check = false
fallocate_reserve = 0
disable_fallocate = true
[pipeline:main]
pipeline = {server}-server
[app:{server}-server]
use = egg:swift#{server}
set log_requests = false
"""
_PROXY = """
[pipeline:main]
pipeline = catch_errors gatekeeper listing_formats s3api tempauth bulk slo copy proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
[filter:tempauth]
use = egg:swift#tempauth
user_{account} = {secret} .admin
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
location = {region}
force_swift_request_proxy_log = false
min_segment_size = 5242880
allow_multipart_uploads = true
"""
_FILTERS = ("bulk", "slo", "copy", "listing_formats", "catch_errors", "gatekeeper")


class Swift:
    """Four Swift servers and a bucket; ends with `stop`, or with this process."""

    access_key = ACCESS_KEY
    gaps: tuple[str, ...] = ()

    def __init__(self, folder: Path, secret: str, port: int = 0) -> None:
        port = port or free_port()
        ports = {server: free_port() for server in _SERVERS} | {"proxy": port}
        self.endpoint = f"http://{LOOPBACK}:{port}"
        (folder / "srv" / "d1").mkdir(parents=True, exist_ok=True)
        _configure(folder, ports, secret)
        self._processes = [_launch(folder, server) for server in ports]
        try:
            make_bucket(self.endpoint, ACCESS_KEY, secret, self._alive)
        except BaseException:
            self.stop()
            raise

    def _alive(self) -> bool:
        return all(process.poll() is None for process in self._processes)

    def stop(self) -> None:
        """End the four processes; one that will not is killed."""
        for process in self._processes:
            process.send_signal(signal.SIGTERM)
        for process in self._processes:
            try:
                process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _configure(folder: Path, ports: dict[str, int], secret: str) -> None:
    (folder / "swift.conf").write_text(_SWIFT_CONF)
    values = {"ip": LOOPBACK, "user": getpass.getuser(), "folder": folder, "region": REGION}
    for server, port in ports.items():
        head = _DEFAULT.format(port=port, **values)
        if server == "proxy":
            account = ACCESS_KEY.replace(":", "_")
            body = _PROXY.format(account=account, secret=secret, region=REGION)
            body += "".join(f"[filter:{name}]\nuse = egg:swift#{name}\n" for name in _FILTERS)
        else:
            body = _STORAGE.format(server=server, folder=folder)
            _ring(folder, server, port)
        path = folder / f"{server}.conf"
        path.touch(mode=0o600)
        path.write_text(head + body)


def _ring(folder: Path, server: str, port: int) -> None:
    """Write a ring of one device, anew on each start since the port is another."""
    from swift.common.ring import RingBuilder

    builder = RingBuilder(2, 1, 1)
    device = {"id": 0, "region": 1, "zone": 1, "weight": 1, "device": "d1", "meta": ""}
    address = {"ip": LOOPBACK, "port": port, "replication_ip": LOOPBACK, "replication_port": port}
    builder.add_dev(device | address)
    builder.rebalance()
    builder.get_ring().save(str(folder / f"{server}.ring.gz"))


def _launch(folder: Path, server: str) -> subprocess.Popen[bytes]:
    name = f"{server}-server"
    command = [sys.executable, "-c", _LAUNCH, str(folder / f"{server}.conf"), name]
    with (folder / f"{server}.log").open("ab") as log:
        return subprocess.Popen(
            [*command, str(os.getpid())],
            env=dict(os.environ, SWIFT_DIR=str(folder)),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the parent, which ends these in order
        )
