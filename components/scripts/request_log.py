"""What Flower's process writes about requests: never their query, which can hold task arguments or an OAuth code."""

from __future__ import annotations

import logging
import re

# Tornado writes the whole URL of every request that fails, and of one that raises the whole request.
LOGGERS = ("tornado.access", "tornado.application", "tornado.general")
# A request target has no white space.
QUERY = re.compile(r"\?\S+")


class WithoutQueries(logging.Filter):
    """Cuts queries out of a message, and lets every message pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record."""
        record.msg, record.args = QUERY.sub("?…", record.getMessage()), ()
        return True


def leave_queries_out() -> None:
    """See to it for this process; nginx' access log, which has no queries either, is the one to look at."""
    for name in LOGGERS:
        logging.getLogger(name).addFilter(WithoutQueries())
