"""
What Flower does not measure of itself: its version, wrong log-ins, the last sign of a worker, and nginx' certificate.

They are shown beside Flower's own metrics. Its gauge of workers that are online stays as it is when events stay away.
"""

from __future__ import annotations

import importlib
import os
import socket
import ssl
import time
from typing import Any, Iterator, Tuple

# nginx' own port in the pod: HTTPS_PORT in components/build/paths.ts.
NGINX = ("127.0.0.1", 8443)
PATIENCE = 1.0
KEPT_FOR = 60.0


def expose_metrics(version: str) -> None:
    """Add the metrics to those that Flower shows; nothing to do for a pod that nobody scrapes."""
    dashboard, role = os.environ.get("METRICS_DASHBOARD"), os.environ.get("METRICS_ROLE")
    if not dashboard or not role:
        return
    client = importlib.import_module("prometheus_client")
    if role != "viewer":
        _leave_out_events(client)
    names = {"dashboard": dashboard, "role": role}
    labels = list(names)
    client.Gauge("secure_flower_info", "What runs", [*labels, "version"]).labels(**names, version=version).set(1)
    wrong = client.Counter("secure_flower_wrong_log_ins", "Requests with a log-in that is none", labels)
    _count_wrong_log_ins(wrong.labels(**names))
    last = client.Gauge("secure_flower_last_event_timestamp_seconds", "When a worker was last heard of", labels)
    _note_events(last.labels(**names))
    authority, name = os.environ.get("METRICS_CA_FILE"), os.environ.get("METRICS_TLS_NAME")
    if authority and name:
        client.REGISTRY.register(CertificateExpiry(authority, name, dashboard))


def _leave_out_events(client: Any) -> None:
    """Both processes see the same events, and one is enough to count them."""
    for metric in vars(importlib.import_module("flower.events").get_prometheus_metrics()).values():
        client.REGISTRY.unregister(metric)


def _count_wrong_log_ins(counter: Any) -> None:
    """Count at the end of each request. Without any log-in, 401 only asks a browser for one."""
    application = importlib.import_module("flower.app").Flower
    log_request = application.log_request

    def counted(self: Any, handler: Any) -> None:
        if handler.get_status() == 401 and handler.request.headers.get("Authorization"):  # noqa: PLR2004
            counter.inc()
        log_request(self, handler)

    application.log_request = counted


def _note_events(gauge: Any) -> None:
    """Note the time of each event, heartbeats too, which Flower does not count."""
    gauge.set(time.time())
    events = importlib.import_module("flower.events").Events
    on_event = events.on_event

    def noted(self: Any, event: Any) -> None:
        gauge.set(time.time())
        on_event(self, event)

    events.on_event = noted


class CertificateExpiry:
    """A collector that asks nginx for the certificate that it shows now, whatever lies in a file or Secret by now."""

    def __init__(self, authority: str, name: str, dashboard: str) -> None:
        """Measure by this CA and name."""
        self._family = importlib.import_module("prometheus_client.core").GaugeMetricFamily
        self._context = ssl.create_default_context(cafile=authority)
        self._name = name
        self._dashboard = dashboard
        self._measured: Tuple[float, float] = (0.0, 0.0)

    def describe(self) -> list[Any]:
        """Return nothing: at registration there is no nginx to ask yet."""
        return []

    def collect(self) -> Iterator[Any]:
        """Yield the time at which the certificate ends; nothing, if nginx does not show one that is ours and valid."""
        measured_at, value = self._measured
        if time.monotonic() - measured_at > KEPT_FOR or not value:
            value = self._measure()
            self._measured = (time.monotonic(), value)
        if value:
            family = self._family(
                "secure_flower_certificate_expiry_timestamp_seconds",
                "When the certificate of the pod's nginx ends",
                labels=["dashboard"],
            )
            family.add_metric([self._dashboard], value)
            yield family

    def _measure(self) -> float:
        """Shake hands only: the certificate comes before nginx asks for ours."""
        try:
            plain = socket.create_connection(NGINX, timeout=PATIENCE)
            with plain, self._context.wrap_socket(plain, server_hostname=self._name) as secure:
                return float(ssl.cert_time_to_seconds(str((secure.getpeercert() or {})["notAfter"])))
        except (OSError, KeyError, ValueError):
            return 0.0
