"""The log-ins of a mounted Secret: each file is a user, its content the password."""

from __future__ import annotations

import base64
import os
import re
from pathlib import Path
from typing import Dict, Optional

from flower_install import Refusal

SHORTEST_PASSWORD = 12
# nginx reads no configuration token beyond 4096 bytes, and no header beyond 8 kB.
LONGEST = 256


def read_users(folder: str) -> Dict[str, str]:
    """
    Return the password of each user, or refuse the whole folder.

    Flower takes its log-ins as one comma-separated text without quoting: a comma, a space or an empty entry would
    quietly make other log-ins of it, some of which let strangers in; non-ASCII would answer 500 to everybody.
    """
    users = {}
    for path in _files(folder):
        problem = _name_problem(path.name)
        if problem is not None:
            raise Refusal(f"The user {path.name!a} in {folder} {problem}. Rename that key of the Secret.")
        users[path.name] = _password(path, folder)
    if not users:
        raise Refusal(
            f"{folder} has no users, and without log-ins Flower is open to everybody. "
            "Give the Secret at least one key: its name is the user, its value the password."
        )
    return users


def flower_entries(users: Dict[str, str]) -> list[str]:
    """Return the log-ins as Flower stores them, `user:password`, in a stable order."""
    return [f"{name}:{password}" for name, password in sorted(users.items())]


def basic_token(entry: str) -> str:
    """Return what a browser puts after `Authorization: Basic` for a log-in."""
    return base64.b64encode(entry.encode("ascii")).decode("ascii")


def _files(folder: str) -> list[Path]:
    try:
        # A mounted Secret holds its data under `..data`; whatever begins with a dot is no user.
        return [Path(folder, name) for name in sorted(os.listdir(folder)) if not name.startswith(".")]
    except OSError as error:
        raise Refusal(
            f"The users in {folder} cannot be read: {error.strerror}. Mount the Secret of users there."
        ) from error


def _password(path: Path, folder: str) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Refusal(
            f"The password of the user {path.name!a} in {folder} cannot be read: {error.strerror}."
        ) from error
    problem = _password_problem(content)
    if problem is not None:
        raise Refusal(f"The password of the user {path.name!a} in {folder} {problem}. Set another one in the Secret.")
    return content.decode("ascii")


def _name_problem(name: str) -> Optional[str]:
    if ":" in name:
        return "has a colon, which ends the user in a log-in"
    if len(name) > LONGEST:
        return f"is longer than {LONGEST} characters"
    return _text_problem(name)


def _password_problem(content: bytes) -> Optional[str]:
    if not content:
        return "is empty"
    if content.endswith((b"\n", b"\r")):
        return "ends in a line break, which nobody can type; `echo` adds one, `printf %s` and `echo -n` do not"
    try:
        problem = _text_problem(content.decode("ascii"))
    except UnicodeDecodeError:
        return "has a character that is not ASCII, which Flower cannot compare"
    if problem is None and len(content) < SHORTEST_PASSWORD:
        return f"is shorter than {SHORTEST_PASSWORD} characters"
    if problem is None and len(content) > LONGEST:
        return f"is longer than {LONGEST} characters"
    return problem


def _text_problem(text: str) -> Optional[str]:
    if "," in text:
        return "has a comma, at which Flower would cut the log-in in two"
    if " " in text:
        return "has a space, which Flower cannot be trusted with"
    if not text.isascii():
        return "has a character that is not ASCII, which Flower cannot compare"
    if re.search(r"[\x00-\x1f\x7f]", text):
        return "has a control character"
    return None
