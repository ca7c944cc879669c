"""What any checker written in Python must at least pay: walk, stat, and read each file's head.

Handed to `python -S -c` as text, so that nothing but this is measured.
"""

from __future__ import annotations

_WALK = """
import os, sys
folders = [sys.argv[1]]
while folders:
    with os.scandir(folders.pop()) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.path)
                continue
            entry.stat()
"""
STAT = _WALK
READ = (
    _WALK
    + """\
            fd = os.open(entry.path, os.O_RDONLY)
            os.pread(fd, 4096, 0)
            os.close(fd)
"""
)
