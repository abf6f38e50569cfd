"""What both scripts must know first: that this image's Flower can hold the controls that the pod relies on."""

from __future__ import annotations

import importlib
import os
import re
import sys
from typing import Any, Callable

REBUILD = "Use an image built from secure-flower's image/Dockerfile, or one that has what is missing."
PYTHON_PACKAGES = f"the packages of {sys.executable} (those of a user's home and of PYTHONPATH do not count)"


class Refusal(Exception):  # noqa: N818
    """A reason not to start: one sentence or two for the container's log, never with a secret's value in it."""


def say(sentence: str) -> None:
    """Write a line to the container's log."""
    print(f"secure-flower: {sentence}", file=sys.stderr, flush=True)


def run(main: Callable[[], object]) -> None:
    """Run a script's main function; a refusal ends it with exit code 1 and its sentence as the last line of the log."""
    try:
        main()
    except Refusal as refusal:
        say(str(refusal))
        sys.exit(1)


def demand(name: str) -> str:
    """Return the value of an environment variable that the pod spec always sets."""
    value = os.environ.get(name, "")
    if not value:
        raise Refusal(
            f"The environment variable {name} is missing or empty. The pod spec that FlowerDashboard makes sets it."
        )
    return value


def require_flower() -> str:
    """
    Return the installed Flower's version, or refuse one that is older than MINIMUM_FLOWER_VERSION or does not import.

    An older Flower starts all the same and silently ignores FLOWER_READ_ONLY (before 2.1) or obeys other sites
    (before 2.2, CVE-2022-51020). An image's tag proves nothing, so the code that will run is asked.
    """
    minimum = demand("MINIMUM_FLOWER_VERSION")
    try:
        version = str(importlib.import_module("flower").__version__)
    except (ImportError, AttributeError) as error:
        raise Refusal(
            f"Flower {minimum} or newer is needed, and {PYTHON_PACKAGES} have none ({error}). {REBUILD}"
        ) from error
    if not is_at_least(version, minimum):
        raise Refusal(
            f"The image has Flower {version}, and {minimum} or newer is needed: "
            f"an older one ignores settings that keep it safe. {REBUILD}"
        )
    require_module("flower.command", f"Flower {version} is installed but does not start")
    return version


def require_module(name: str, problem: str) -> None:
    """Import a module, or refuse with the problem that its absence makes."""
    try:
        importlib.import_module(name)
    except ImportError as error:
        raise Refusal(f"{problem}: {error}. {REBUILD}") from error


def replace_method(owner: Any, name: str, wrap: Callable[[Any], Any], problem: str) -> None:
    """Wrap a method of Flower's, or refuse a Flower that has no such method, with the problem that this makes."""
    method = getattr(owner, name, None)
    if method is None:
        raise Refusal(
            f"This Flower has no {owner.__name__}.{name}, so {problem}. "
            "Use the Flower version that this secure-flower names."
        )
    setattr(owner, name, wrap(method))


def is_at_least(version: str, minimum: str) -> bool:
    """
    Tell whether a version is a minimum (digits and dots) or newer, by the rules of PEP 440.

    `packaging` knows these rules, but the image need not have it. At equal numbers only a final, a post or a local
    release counts: what else can follow (a1, rc1, .dev0, Flower's own `-dev`) comes before the release.
    """
    numbers = re.match(r"\d+(?:\.\d+)*", version)
    if numbers is None:
        return False
    found, needed = (_release(text) for text in (numbers.group(), minimum))
    if found != needed:
        return found > needed
    return re.fullmatch(r"(?:\.post\d+)?(?:\+[A-Za-z0-9.]+)?", version[numbers.end() :]) is not None


def _release(text: str) -> list[int]:
    numbers = [int(number) for number in text.split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return numbers
