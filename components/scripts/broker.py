"""Celery's connection to the broker: as the URL says, verified where it is TLS, and with waits that end."""

from __future__ import annotations

import os
from typing import Any

import celery
import kombu.transport

from broker_tls import VerifiedAmqps, tls_settings
from broker_url import broker_urls
from flower_install import demand, require_module, say

# Seconds. Without them a broker that accepts and never answers holds Flower's few threads, and its end, for ever.
CONNECT_TIMEOUT = 3
ANSWER_TIMEOUT = 5
LONGEST_RECONNECT_WAIT = 5


class DashboardCelery(celery.Celery):  # type: ignore[misc]
    """Celery for Flower, which calls `connection` for its stream of events, and else only to print a URL."""

    def connection(self, *args: Any, **options: Any) -> Any:
        """
        Return a connection that keeps trying.

        Flower's own wait between two attempts doubles without bound: after a broker was down for ten minutes, events
        came back eight minutes after it did. Here the wait is Kombu's, which has a ceiling.
        """
        patience = {"connect_retries_timeout": None, "interval_max": LONGEST_RECONNECT_WAIT, "errback": _report}
        return super().connection(*args, **{**options, "transport_options": patience})


def make_app() -> celery.Celery:
    """Return the Celery app for CELERY_BROKER_URL; no file of the image or the working directory has a say in it."""
    urls = broker_urls(demand("CELERY_BROKER_URL"))
    scheme = urls[0].scheme
    if scheme.startswith("redis"):
        # Kombu's transport imports `packaging`, but only at its first use says that redis-py is missing.
        for module in ("redis", "kombu.transport.redis"):
            require_module(module, f"The broker is {scheme}://, and the image lacks what Celery needs for it")
    kombu.transport.TRANSPORT_ALIASES["amqps"] = f"{VerifiedAmqps.__module__}:{VerifiedAmqps.__name__}"
    settings = {
        "broker_connection_timeout": CONNECT_TIMEOUT,
        "broker_transport_options": {
            "socket_connect_timeout": CONNECT_TIMEOUT,
            "socket_timeout": ANSWER_TIMEOUT,
            "socket_keepalive": True,
            "interval_start": 0.2,
            "interval_step": 0.4,
            "interval_max": 1,
        },
        "broker_use_ssl": tls_settings(scheme),
    }
    # Whatever a URL says about TLS replaces broker_use_ssl as a whole, the CA too.
    os.environ["CELERY_BROKER_URL"] = ";".join(url._replace(query="").geturl() for url in urls)
    app = DashboardCelery("flower", config_source=settings)
    app.set_default()
    say("broker: " + ", ".join(f"{url.scheme}://{url.netloc.rpartition('@')[2]}" for url in urls))
    return app


def _report(error: Exception, interval: float) -> None:
    say(f"no connection to the broker, trying again in {interval:g} s: {error}")
