"""
The history of tasks on the pod's volume: who may have written it, what may come out of it, and that it can be written.

Flower keeps it as a pickle, and whoever can write a pickle that somebody reads can run code there. It also goes on
without a history, and without a word, where it cannot write one.
"""

from __future__ import annotations

import importlib
import os
import pickle
import stat
import sys
from pathlib import Path
from typing import Any, Tuple

from flower_install import Refusal, demand, say

# What Flower 2.2's state is made of: all that a pickle of it names. Anything else could be an attacker's call.
PICKLED = frozenset(
    (
        ("flower.events", "EventsState"),
        ("celery.events.state", "Task"),
        ("celery.events.state", "Worker"),
        ("celery.events.state", "_depickle_task"),
        ("kombu.utils.functional", "LRUCache"),
        ("collections", "Counter"),
        ("collections", "OrderedDict"),
    )
)
# Flower's own name for a file that it could not read.
ASIDE = ".corrupt"
# A file that ends Flower, by the memory it takes for instance, would do so at every start: twice, then it goes aside.
ATTEMPTS = 2


def guard_history() -> None:
    """Refuse what Flower must not open, before it opens it; nothing to do for a pod without a volume."""
    if os.environ.get("FLOWER_PERSISTENT") != "true":
        return
    demand("FLOWER_STATE_SAVE_INTERVAL")  # Without it, Flower would save at a clean end only.
    database = Path(demand("FLOWER_DB"))
    folder = database.parent
    _make_folder(folder)
    _check_owner(folder)
    for path in folder.iterdir():
        _check_owner(path)
    _check_writable(folder)
    _count_attempts(folder / "opening", database)
    sys.addaudithook(_only_state_is_unpickled)
    say(f"the history of tasks is kept in {folder}")


def _make_folder(folder: Path) -> None:
    """Make the folder that only this user can look into: the volume's own belongs to root and may be open to all."""
    volume = folder.parent
    if volume.is_symlink() or not volume.is_dir():
        raise Refusal(f"{volume} is not there, so the history would be lost. Mount the volume of persistence there.")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except FileExistsError as error:
        raise Refusal(f"{folder} is a file, and must be a folder. Remove it from the volume.") from error
    except OSError as error:
        raise _unwritable(volume, error) from error


def _check_owner(path: Path) -> None:
    """Refuse what somebody else may have written: the kubelet gives files to the pod's group, never to another user."""
    found = path.lstat()
    problem = ""
    if stat.S_ISLNK(found.st_mode):
        problem = "is a symbolic link"
    elif not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
        problem = "is neither a file nor a folder"
    elif found.st_uid != os.geteuid():
        problem = f"belongs to the user {found.st_uid} and not to {os.geteuid()}"
    elif stat.S_ISREG(found.st_mode) and found.st_nlink != 1:
        problem = "is linked from elsewhere too"
    elif found.st_mode & 0o007:
        problem = "is open to every user"
    elif found.st_mode & 0o020 and found.st_gid not in (os.getegid(), *os.getgroups()):
        problem = f"may be written by the group {found.st_gid}, which is not the pod's"
    if problem:
        raise Refusal(
            f"{path} {problem}, so somebody else may have written it, and reading it could run their code. "
            "Find out who did; then remove it from the volume, and the history starts anew."
        )


def _check_writable(folder: Path) -> None:
    """Try it, since neither a mode nor a mount says so for sure."""
    probe = folder / "probe"
    try:
        probe.unlink(missing_ok=True)
        with open(probe, "xb") as file:
            file.write(bytes(4096))
            os.fsync(file.fileno())
        probe.unlink()
    except OSError as error:
        raise _unwritable(folder, error) from error


def _unwritable(path: Path, error: OSError) -> Refusal:
    return Refusal(
        f"{path} cannot be written ({error.strerror}), so the history would be lost. The volume must be writable for "
        f"the pod's group {os.getegid()} (fsGroup, which its storage driver has to honour) and have room."
    )


def _count_attempts(marker: Path, database: Path) -> None:
    """Note when the history is being read; put it aside if Flower did not live to see the end of that."""
    if marker.exists() and marker.stat().st_size >= ATTEMPTS:
        marker.unlink()
        _put_aside(database)
    events = importlib.import_module("flower.events").Events
    load_state = events.load_state

    def noted(self: Any) -> Any:
        with open(marker, "ab") as file:
            file.write(b".")
        state = load_state(self)
        marker.unlink()
        return state

    events.load_state = noted


def _put_aside(database: Path) -> None:
    say(f"Flower ended {ATTEMPTS} times while it read {database}: it is put aside as *{ASIDE}, and the history is new.")
    for path in database.parent.glob(f"{database.name}*"):
        if path.suffix != ASIDE:
            path.replace(path.with_name(path.name + ASIDE))


def _only_state_is_unpickled(event: str, arguments: Tuple[Any, ...]) -> None:
    """Stop a pickle at a name that is no part of it (https://docs.python.org/3/library/audit_events.html)."""
    if event == "pickle.find_class" and (arguments[0], arguments[1]) not in PICKLED:
        raise pickle.UnpicklingError(f"{arguments[0]!a}.{arguments[1]!a} is no part of Flower's state")
