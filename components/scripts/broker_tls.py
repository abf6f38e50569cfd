"""TLS to the broker that verifies: by the CA that was named, or the system's, and always the host."""

from __future__ import annotations

import os
import ssl
from typing import Any, Dict, Optional

from kombu.transport.pyamqp import SSLTransport

from broker_url import SCHEMES
from flower_install import Refusal


class VerifiedAmqps(SSLTransport):  # type: ignore[misc]
    """AMQP over TLS that expects a certificate of the host that it connects to; of several URLs, the present one."""

    def establish_connection(self) -> Any:
        """Connect. Kombu would write the first host into settings that all connections share, and expect it of all."""
        self.client.ssl = {**self.client.ssl, "server_hostname": self.client.hostname or "localhost"}
        return super().establish_connection()


def tls_settings(scheme: str) -> Optional[Dict[str, Any]]:
    """
    Return Celery's broker_use_ssl, or None for a plain scheme.

    Left to itself, Kombu takes any certificate for rediss://, and for amqps:// one of any host. redis-py wants names
    with `ssl_`, py-amqp without.
    """
    files = {key: os.environ.get(f"BROKER_{key}_FILE") for key in ("CA", "CERT", "KEY")}
    encrypted = SCHEMES[scheme]
    if scheme != encrypted:
        given = [f"BROKER_{key}_FILE" for key, path in files.items() if path]
        if given:
            raise Refusal(f"{given[0]} is set, but {scheme}:// is not encrypted: use {encrypted}:// in the broker URL.")
        return None
    _check_files(files["CA"], files["CERT"], files["KEY"])
    prefix = "ssl_" if scheme == "rediss" else ""
    named = {"ca_certs": files["CA"], "certfile": files["CERT"], "keyfile": files["KEY"]}
    settings: Dict[str, Any] = {f"{prefix}{key}": path for key, path in named.items() if path}
    settings[f"{prefix}cert_reqs"] = ssl.CERT_REQUIRED
    return {**settings, "ssl_check_hostname": True} if scheme == "rediss" else settings


def _check_files(ca: Optional[str], certificate: Optional[str], key: Optional[str]) -> None:
    """Load them once: otherwise a file that is no good would show as endless attempts to connect."""
    if bool(certificate) != bool(key):
        raise Refusal("BROKER_CERT_FILE and BROKER_KEY_FILE belong together, and only one of them is set.")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    what = "BROKER_CA_FILE"
    try:
        if ca:
            context.load_verify_locations(ca)
        what = "BROKER_CERT_FILE with BROKER_KEY_FILE"
        if certificate:
            context.load_cert_chain(certificate, key, password="")
    except OSError as error:
        raise Refusal(
            f"{what} cannot be used ({error.strerror or error}). It must be in PEM, and a key without a passphrase."
        ) from error
