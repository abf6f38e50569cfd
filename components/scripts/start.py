"""
The Flower containers: starts Flower in this process, once nothing is left that could open it.

Run by Flower's image as `python3 -I start.py`. Flower is lenient where it should not be: it ignores variables that it
does not know, executes a flowerconfig.py that it finds, and is open to everybody without log-ins. So its environment is
cleaned before, and what came of it is compared with what was demanded after it has parsed its options and before it
listens.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any, Callable, Dict, Tuple

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # `-I` leaves the script's own folder out

from environment import HANDLER_VARIABLES, check_names, check_values, scrub
from flower_install import Refusal, require_flower, require_module, run, say
from history import guard_history
from log_in import log_in_options
from management_api import guard_management_api
from metrics import expose_metrics
from redaction import redact_tasks
from request_log import leave_queries_out
from worker_settings import hide_passwords

# What every Flower process of a dashboard has, whatever else it is told.
ALWAYS = {"address": "127.0.0.1", "conf": "/dev/null", "unix_socket": "", "debug": False, "xheaders": False}


def main() -> None:
    """Clean, check, build the log-ins, hand over to Celery's own command line."""
    os.umask(0o077)
    removed = scrub()
    version = require_flower()
    options = importlib.import_module("tornado.options").options
    check_names(removed, list(options), version)
    check_values()
    log_in = log_in_options()
    require_module("celery.bin.celery", f"Flower {version} is installed but Celery does not start")
    importlib.import_module("broker").make_app()
    expected = {"persistent": False, **demanded_options(options), **ALWAYS, **log_in}
    guard_management_api()
    guard_history()
    hide_passwords()
    redact_tasks()
    expose_metrics(version)
    sys.addaudithook(
        listen_guard(lambda: wrong_options(options, expected), (ALWAYS["address"], int(os.environ["FLOWER_PORT"])))
    )
    say(
        f"Flower {version}, {'read-only' if expected['read_only'] else 'full control'}, "
        f"{words_for(log_in)}, on {ALWAYS['address']}:{os.environ['FLOWER_PORT']}"
    )
    leave_queries_out()
    # Quiet: Flower's banner prints the broker's URL.
    sys.argv = ["celery", "--quiet", "flower"]
    sys.exit(importlib.import_module("celery.bin.celery").main())


def words_for(log_in: Dict[str, object]) -> str:
    """Return how people log in, for the container's log."""
    entries = log_in["basic_auth"]
    return f"{len(entries)} log-ins" if entries else f"sign-in by {os.environ['FLOWER_AUTH_PROVIDER']}"  # type: ignore[arg-type]


def demanded_options(options: Any) -> Dict[str, object]:
    """Return the value that each FLOWER_ variable should give its option, by the type of that option."""
    values: Dict[str, object] = {}
    for variable, text in os.environ.items():
        if variable.startswith("FLOWER_") and variable not in HANDLER_VARIABLES:
            name = variable[len("FLOWER_") :].lower()
            values[name] = parse(text, options._options[name.replace("_", "-")].type, variable)  # noqa: SLF001 - as Flower does
    return values


def parse(text: str, kind: type, variable: str) -> object:
    """Read a variable as its option's type, as strictly as the pod spec writes it."""
    try:
        return {"true": True, "false": False}[text] if kind is bool else kind(text)
    except (KeyError, ValueError) as error:
        raise Refusal(f"{variable} cannot be read as {kind.__name__}.") from error


def wrong_options(options: Any, expected: Dict[str, object]) -> list[str]:
    """Return the names of the options that are not what was demanded."""
    missing = object()
    return [name for name, value in expected.items() if getattr(options, name, missing) != value]


def listen_guard(wrong: Callable[[], list[str]], address: Tuple[object, int]) -> Callable[[str, Tuple[Any, ...]], None]:
    """
    Return an audit hook: this process may listen on one address only, and only with the options that were demanded.

    It holds whatever Flower's code looks like, since Python itself reports every bind:
    https://docs.python.org/3/library/audit_events.html
    """

    def hook(event: str, arguments: Tuple[Any, ...]) -> None:
        if event != "socket.bind":
            return
        if arguments[1] != address:
            raise Refusal(
                "Flower was about to listen on another address than it was told, so it was stopped. "
                "Use the Flower version that this secure-flower names."
            )
        names = wrong()
        if names:
            raise Refusal(
                f"Flower did not take over {', '.join(sorted(names))} as the pod demands, so it was stopped before "
                "it listened. Use the Flower version that this secure-flower names, and no flowerconfig.py."
            )

    return hook


if __name__ == "__main__":
    run(main)
