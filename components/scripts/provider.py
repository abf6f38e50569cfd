"""
What is asked of the identity provider, and what of its answers Flower gets to see.

Flower waits 20 s for each, follows redirects, stumbles over an answer that it did not expect, and takes every address
for the user's own that the provider has on file.
"""

from __future__ import annotations

import functools
import json
import os
import re
from types import SimpleNamespace
from typing import Any, Callable, Dict, Optional
from urllib.parse import urlencode, urlsplit

from tornado.httpclient import AsyncHTTPClient, HTTPClientError
from tornado.web import HTTPError

from flower_install import say

# Seconds. Three requests a sign-in at most, within nginx' 30 s.
CONNECT_TIMEOUT = 3
ANSWER_TIMEOUT = 8
# A made-up code costs a request, so guests that guess must not hold everybody's.
MOST_REQUESTS = 100
LARGEST_ANSWER = 1 << 20
# Statuses of a provider that cannot, or not now; any other is a no.
UNABLE = (429, *range(500, 600))

# What a token of any kind is made of: it goes into a header. https://www.rfc-editor.org/rfc/rfc6750#section-2.1
TOKEN = re.compile(r"[!-~]+")
# ASCII only: 'ana@example.com' is also what the lower case of a Kelvin sign and other look-alikes can make.
ADDRESS = re.compile(r"[!-?A-~]+@[A-Za-z0-9.-]+")


class ProviderClient:
    """The HTTP client of one sign-in. `verifier` proves that it began here (RFC 7636); `review` judges an account."""

    def __init__(self, verifier: str, review: Callable[[str, Any], Any], complete: Callable[[str], str]) -> None:
        """Keep what is needed; nothing is asked yet."""
        self._verifier, self._review, self._complete = verifier, review, complete
        self.problem: Optional[HTTPError] = None

    async def fetch(self, url: str, method: str = "GET", body: str = "", **request: Any) -> Any:
        """Ask, and return the answer as far as it can be trusted; otherwise raise what the user's page is to say."""
        try:
            if method == "POST":
                response = await self._ask(
                    url, method=method, body=f"{body}&{urlencode({'code_verifier': self._verifier})}", **request
                )
                return _answer(_token(_read(response, url), url))
            response = await self._ask(self._complete(url), **request)
            return _answer(self._review(url, _read(response, url)))
        except HTTPError as problem:
            # Flower makes a problem of its own of some.
            self.problem = problem
            raise

    async def _ask(self, url: str, **request: Any) -> bytes:
        try:
            response = await _client().fetch(
                url,
                connect_timeout=CONNECT_TIMEOUT,
                request_timeout=ANSWER_TIMEOUT,
                follow_redirects=False,
                validate_cert=True,
                ca_certs=os.environ.get("OAUTH_CA_FILE"),
                **request,
            )
        except HTTPClientError as error:
            raise (down(url, str(error)) if error.code in UNABLE else _refused(url, error)) from None
        except OSError as error:
            raise down(url, str(error)) from None
        return bytes(response.body)


@functools.cache
def _client() -> AsyncHTTPClient:
    return AsyncHTTPClient(force_instance=True, max_clients=MOST_REQUESTS, max_body_size=LARGEST_ANSWER)


def down(url: str, reason: str) -> HTTPError:
    """Return the page for a provider that does not answer, or not what it should."""
    host = urlsplit(url).netloc
    say(f"sign-in: the identity provider {host} does not answer: {reason}")
    return HTTPError(
        503, f"The identity provider {host} does not answer ({reason}). You are not signed in; try again later.\n"
    )


def _refused(url: str, error: HTTPClientError) -> HTTPError:
    host = urlsplit(url).netloc
    say(f"sign-in: the identity provider {host} refused {urlsplit(url).path}: {error}")
    return HTTPError(
        403, f"The identity provider {host} did not accept this sign-in ({error}). Please try again from the start."
    )


def _read(body: bytes, url: str) -> Any:
    try:
        return json.loads(body.decode("utf-8"))
    except ValueError:
        raise down(url, "its answer is no JSON") from None


def _token(document: Any, url: str) -> Dict[str, str]:
    """Return the answer with the access token. GitHub has status 200 for a refusal too."""
    token = record(document).get("access_token")
    if not isinstance(token, str) or not TOKEN.fullmatch(token):
        error = record(document).get("error")
        reason = error if isinstance(error, str) and re.fullmatch(r"[a-z_]{1,64}", error) else "no access token"
        say(f"sign-in: the identity provider {urlsplit(url).netloc} refused the code: {reason}")
        raise HTTPError(
            403, f"The identity provider did not accept this sign-in ({reason}). Please try again from the start."
        )
    return {"access_token": token}


def _answer(document: Any) -> Any:
    return SimpleNamespace(body=json.dumps(document).encode("utf-8"), error=None)


def record(answer: Any) -> Dict[str, Any]:
    """Return what should be an object, or one without members."""
    return answer if isinstance(answer, dict) else {}


def address_of(account: Dict[str, Any]) -> Optional[str]:
    """Return the e-mail address of an account in lower case, as people are listed, or None."""
    email = account.get("email")
    return email.lower() if isinstance(email, str) and ADDRESS.fullmatch(email) else None


def vouched(account: Dict[str, Any], why: str, *, holds: bool) -> Dict[str, str]:
    """Return of an account the address alone, if the provider vouches for it."""
    email = address_of(account)
    if email is None or not holds:
        raise HTTPError(403, f"Access denied: {why}. Use another account, or have the address confirmed there.")
    return {"email": email}
