"""
Task arguments, results and errors out of sight: taken away where they come in, so that nothing shows or keeps them.

Flower's own format_task works on what its pages show, and leaves its API, its search and the lists of a worker's tasks.
"""

from __future__ import annotations

import importlib
import os
from typing import Any, Dict

from flower_install import replace_method, say
from worker_settings import filter_answers

PROBLEM = "task arguments cannot be redacted"
HIDDEN = "[redacted]"
# Shown as hidden where they are.
SECRET = ("args", "kwargs", "argsrepr", "kwargsrepr", "result", "exception", "traceback")
# All else that Celery's own events have; whatever an event of somebody's own has beside it is left out.
# https://docs.celeryq.dev/en/stable/userguide/monitoring.html#event-reference
EVENT = frozenset(
    (
        *("type", "uuid", "hostname", "name", "timestamp", "local_received", "clock", "pid", "utcoffset", "root_id"),
        *("parent_id", "retries", "eta", "expires", "exchange", "routing_key", "queue", "runtime", "terminated"),
        *("signum", "expired", "requeue", "freq", "sw_ident", "sw_ver", "sw_sys", "active", "processed", "loadavg"),
    )
)
# What a worker says of a task that it has: celery/worker/request.py and celery/worker/control.py.
REQUEST = frozenset(
    (
        *("id", "name", "type", "hostname", "time_start", "acknowledged", "delivery_info", "worker_pid", "eta"),
        *("priority", "request", "exchange", "routing_key", "redelivered"),
    )
)
TASK_LISTS = ("scheduled", "active", "reserved")
# Settings of a worker that hold arguments of tasks.
SCHEDULES = ("beat_schedule", "CELERYBEAT_SCHEDULE", "CELERY_BEAT_SCHEDULE")


def redact_tasks() -> None:
    """Put itself between Flower and each of its sources of tasks, where the pod says so."""
    if os.environ.get("REDACT_TASK_ARGUMENTS") is None:
        return
    _redact_events()
    _redact_history()
    _redact_workers()
    _redact_results()
    say("task arguments, results and errors are redacted")


def _replace(owner: Any, name: str, wrap: Any) -> None:
    replace_method(owner, name, wrap, PROBLEM)


def _hidden(fields: Dict[str, Any], allowed: frozenset[str]) -> Dict[str, Any]:
    """Return the allowed fields, and that there were secret ones."""
    kept = {key: value for key, value in fields.items() if key in allowed}
    return {**kept, **{key: HIDDEN for key in SECRET if fields.get(key) is not None}}


def _redact_events() -> None:
    state = importlib.import_module("flower.events").EventsState
    _replace(state, "event", lambda event: lambda self, fields: event(self, _hidden(fields, EVENT)))


def _redact_history() -> None:
    """Tasks of a time when nothing was redacted; the next saving has them redacted too."""

    def wrap(load_state: Any) -> Any:
        def redacted(self: Any) -> Any:
            state = load_state(self)
            if state:
                for task in state.tasks.values():
                    own = vars(task)
                    own.update({key: HIDDEN for key in SECRET if own.get(key) is not None})
                state.search_engine.rebuild(state.tasks.items())
            return state

        return redacted

    _replace(importlib.import_module("flower.events").Events, "load_state", wrap)


def _redact_workers() -> None:
    filter_answers(_of_worker, PROBLEM)


def _of_worker(method: str, response: Any) -> Any:
    """Return a worker's answer without its tasks' arguments."""
    if method in TASK_LISTS:
        return [_request(task) for task in response]
    if method == "conf":
        return {key: HIDDEN if key in SCHEDULES else value for key, value in response.items()}
    return response


def _request(task: Dict[str, Any]) -> Dict[str, Any]:
    shown = _hidden(task, REQUEST)
    return {**shown, "request": _hidden(shown["request"], REQUEST)} if "request" in shown else shown


def _redact_results() -> None:
    """Results are read from Celery's result backend, for the API only."""

    def wrap(_update: Any) -> Any:
        return lambda _self, response, _result: response.update(result=HIDDEN)

    _replace(importlib.import_module("flower.api.tasks").BaseTaskHandler, "update_response_result", wrap)
