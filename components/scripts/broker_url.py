"""The broker's URL: one that Celery reads as it was meant, and that does not weaken TLS."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, urlsplit

from flower_install import Refusal

# Scheme → the scheme of the same transport that encrypts.
SCHEMES = {"redis": "rediss", "rediss": "rediss", "amqp": "amqps", "pyamqp": "amqps", "amqps": "amqps"}
# All that a URL may say about TLS: what is done anyway. Workers need the first, since Kombu does not verify rediss://.
HARMLESS = {("ssl_cert_reqs", "required"), ("ssl_cert_reqs", "CERT_REQUIRED"), ("ssl_check_hostname", "true")}
ENCODE = "In a user or password, write each of / ? # @ : ; % [ ] percent-encoded (%2F for /)."


def broker_urls(text: str) -> list[SplitResult]:
    """Return the `;`-separated URLs, or refuse them without quoting any of it: a piece may belong to the password."""
    if text != text.strip() or not text.isprintable():
        raise Refusal(
            "The broker URL begins or ends with white space or has a control character. "
            "A Secret made with `echo` has a line break at its end: use `printf %s`."
        )
    urls = [_broker_url(part) for part in text.split(";")]
    schemes = sorted({url.scheme for url in urls})
    if len(schemes) > 1:
        raise Refusal(f"The broker URLs mix {' and '.join(schemes)}: use one scheme for all of them.")
    return urls


def _broker_url(text: str) -> SplitResult:
    scheme = text.partition("://")[0]
    if scheme not in SCHEMES:
        known = ", ".join(f"{name}://" for name in sorted(SCHEMES))
        raise Refusal(f"The broker URL, or one of those separated by `;`, begins with none of {known}. {ENCODE}")
    try:
        url = urlsplit(text)
        complete = bool(url.hostname) and url.port != 0
    except ValueError:
        complete = False
    if not complete or "@" in url.path + url.query or url.fragment:
        # Celery's own message would quote a piece of the password as "the port".
        raise Refusal(f"The {scheme}:// broker URL has no host, or a port that is no number. {ENCODE}")
    if scheme.startswith("redis") and url.username and url.password is None:
        raise Refusal(
            "The broker URL has a user without a password. "
            "A password alone has a colon before it: redis://:password@host."
        )
    _check_query(url)
    return url


def _check_query(url: SplitResult) -> None:
    encrypted = SCHEMES[url.scheme]
    for name, value in parse_qsl(url.query, keep_blank_values=True):
        shown = name if re.fullmatch(r"ssl_[a-z_]+", name) else "an option after the `?`"
        if url.scheme != encrypted and shown == name:
            raise Refusal(f"The broker URL has {shown}, but {url.scheme}:// is not encrypted: use {encrypted}://.")
        if (name, value) not in HARMLESS:
            raise Refusal(
                f"The broker URL has {shown}, with a value that cannot be used here. Certificates are always "
                "verified; a CA or a certificate of your own goes into broker.caSecret and broker.clientCertSecret."
            )
