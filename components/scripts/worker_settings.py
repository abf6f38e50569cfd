"""
What workers say of their settings, without the passwords in them.

Celery hides the URLs of its own broker and result backend, and what is called PASSWORD or KEY. It shows whole what has
another name (`redbeat_redis_url`), what is in a list, and, of its connection, the transport's options: the keys of SQS,
the password of Sentinel. Flower hands all of it to everybody who may see a worker.
https://github.com/celery/celery/blob/v5.6.2/celery/app/utils.py (`filter_hidden_settings`)
"""

from __future__ import annotations

import importlib
import re
from typing import Any, Callable, Dict

from flower_install import replace_method

HIDDEN = "[hidden]"
SECRET_NAME = re.compile("API|TOKEN|KEY|SECRET|PASS|SIGNATURE|DATABASE|DBURI|DSN|CREDENTIAL", re.IGNORECASE)
# Up to the last @, which a password can have too.
USERINFO = re.compile(r"([A-Za-z][\w+.-]*://)\S*@")


def hide_passwords() -> None:
    """Have no password in the settings of workers reach Flower."""
    filter_answers(of_worker, "passwords in the settings of workers cannot be hidden")


def filter_answers(shown: Callable[[str, Any], Any], problem: str) -> None:
    """Put a function, of a method of inspection and its answer, between Flower and what workers answer."""

    def wrap(on_update: Any) -> Any:
        def filtered(self: Any, worker: str, method: str, response: Any) -> None:
            on_update(self, worker, method, shown(method, response))

        return filtered

    replace_method(importlib.import_module("flower.inspector").Inspector, "_on_update", wrap, problem)


def of_worker(method: str, response: Any) -> Any:
    """Return a worker's answer: of its settings Celery's own, since nobody knows what is in others."""
    if method == "conf":
        known = celery_settings()
        return {name: clean(value) if name in known else HIDDEN for name, value in response.items()}
    return _stats(response) if method == "stats" else response


def celery_settings() -> frozenset[str]:
    """Return the names of Celery's own settings, those of before 4.0 too."""
    defaults = importlib.import_module("celery.app.defaults")
    return frozenset((*defaults.SETTING_KEYS, *defaults._OLD_SETTING_KEYS))  # noqa: SLF001 - the only list of them


def _stats(response: Dict[str, Any]) -> Dict[str, Any]:
    """Return a worker's numbers, with a clean description of its connection, in whatever depth that is."""
    consumer = response.get("consumer")
    nested = {"consumer": _stats(consumer)} if isinstance(consumer, dict) else {}
    broker = {"broker": clean(response["broker"])} if "broker" in response else {}
    return {**response, **nested, **broker}


def clean(value: Any) -> Any:
    """Return a value without what its name or its form shows to be secret."""
    if isinstance(value, dict):
        return {name: HIDDEN if SECRET_NAME.search(str(name)) else clean(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean(inner) for inner in value]
    return USERINFO.sub(rf"\1{HIDDEN}@", value) if isinstance(value, str) else value
