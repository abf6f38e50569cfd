"""Writes a file of history for tests: `make_history.py KIND PATH [TOUCHED]`, with the installed Flower's own code."""

import os
import shelve
import sys
import time

KIND, PATH = sys.argv[1:3]
TOUCHED = sys.argv[3] if len(sys.argv) > 3 else f"{PATH}.executed"
os.umask(0o077)
os.makedirs(os.path.dirname(PATH), mode=0o700, exist_ok=True)


class Hostile:
    """Runs a command when it is read."""

    def __reduce__(self):
        return os.system, (f"touch {TOUCHED}",)


def state():
    from flower.events import EventsState

    made = EventsState(max_tasks_in_memory=1000)
    fields = {"uuid": "kept-task", "hostname": "worker@host", "clock": 1, "pid": 1, "utcoffset": 0}
    for number, kind in enumerate(("task-received", "task-started", "task-succeeded"), start=1):
        now = time.time()
        made.event({**fields, "type": kind, "name": "tests.kept", "args": "('canary-argument',)", "timestamp": now, "local_received": now, "clock": number})
    made.event({**fields, "type": "worker-online", "freq": 2, "timestamp": time.time(), "local_received": time.time()})
    return made


VALUES = {"good": state, "hostile": Hostile, "other": lambda: {"counter": 1}}
with shelve.open(PATH, flag="n") as database:
    database["events"] = VALUES[KIND]()
    database["counter"] = {}
