"""
The init container: refuses a Flower that cannot hold the controls, then lays down what nginx reads from memory.

Run by Flower's image as `python3 -I prepare.py`. A container that is restarted runs it again, over what is there.
"""

from __future__ import annotations

import gzip
import importlib
import os
import re
import sys
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # `-I` leaves the script's own folder out

from flower_install import Refusal, demand, require_flower, run, say
from users import basic_token, flower_entries, read_users

# The static route of components/build/nginx/routes.ts: nginx serves nothing else.
SERVED = re.compile(r"favicon\.ico|(?:css|js)/[A-Za-z0-9._-]+")
# An .ico or a font is compressed already or too small to gain.
COMPRESSED = (".css", ".js", ".map", ".svg", ".json")


def lay_static_files(source: Path, target: Path) -> int:
    """
    Copy what nginx may serve, each text with its .gz for nginx's gzip_static beside it, and return how many files.

    One file, moment-timezone, would cost nginx 5 ms of CPU for every browser that loads it. With a fixed time inside,
    every pod makes the same bytes.
    """
    names = sorted(
        path.relative_to(source).as_posix()
        for path in source.rglob("*")
        if path.is_file() and not _has_link(path, source)
    )
    served = [name for name in names if SERVED.fullmatch(name)]
    if not served:
        raise Refusal(
            f"This Flower does not keep its static files in {source}. "
            "Use the Flower version that this secure-flower names."
        )
    for name in served:
        content = (source / name).read_bytes()
        _write(target / name, content, 0o644)
        packed = target / f"{name}.gz"
        if name.endswith(COMPRESSED):
            _write(packed, gzip.compress(content, compresslevel=9, mtime=0), 0o644)
        elif packed.exists():
            packed.unlink()
    return len(served)


def lay_log_ins(users: str, target: Path) -> None:
    """
    Write the lines of an nginx `map` that tell a log-in of this role from a guess, so that only guesses are counted.

    Regular expressions, since plain keys of a map ignore case and are bounded by the size of a hash bucket.
    """
    tokens = (re.escape(basic_token(entry)) for entry in flower_entries(read_users(users)))
    lines = (f'"~^Basic {token}$" "";\n' for token in tokens)
    _write(target, "".join(lines).encode("ascii"), 0o640)


def main() -> None:
    """Check, then lay; the folders come from the environment."""
    version = require_flower()
    target = Path(demand("STATIC_DIR"))
    source = Path(str(importlib.import_module("flower").__file__)).parent / "static"
    count = lay_static_files(source, target)
    for role in ("viewer", "admin"):
        users = os.environ.get(f"{role.upper()}_USERS_DIR")
        if users:
            lay_log_ins(users, Path(demand("LOGINS_DIR"), f"{role}.map"))
    say(f"Flower {version} is recent enough; {count} static files are in {target}.")


def _write(path: Path, content: bytes, mode: int) -> None:
    """Put a file in place as a whole: a run that was cut off leaves no half of it, and no reader sees one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    draft = path.with_name(f".{path.name}.draft")
    draft.unlink(missing_ok=True)
    with open(draft, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(content)
        os.fchmod(file.fileno(), mode)
    os.replace(draft, path)


def _has_link(path: Path, root: Path) -> bool:
    """Tell whether a path has a symbolic link in it, which could lead out of Flower's folder."""
    return any(part.is_symlink() for part in (path, *path.parents) if root in part.parents)


if __name__ == "__main__":
    os.umask(0o022)
    run(main)
