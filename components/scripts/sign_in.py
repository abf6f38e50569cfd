"""
Sign-in with an identity provider: Flower's own handlers, each with its gaps closed.

Named by Flower's option `auth_provider`. To be imported once the environment is what the handlers are to read: they
read it at their import.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from typing import Any, Dict, List, Optional

import tornado.auth
import tornado.web
from flower.views import auth
from tornado.escape import xhtml_escape

from provider import ProviderClient, address_of, record, vouched
from session import navigates

# The pages of components/build/nginx/routes.ts: nowhere else does a sign-in lead.
SEGMENT = r"(?:[A-Za-z0-9._~@:-]|%(?!2[Ff]|5[Cc]|[01][0-9A-Fa-f]|7[Ff])[0-9A-Fa-f][0-9A-Fa-f])+"
PAGE = re.compile(
    rf"/(?:(?:workers|tasks|broker)?|(?:worker|task)/(?!\.\.?(?:\?|$)){SEGMENT})(?:\?[A-Za-z0-9._~%=&+@:,/-]*)?"
)
WELCOME = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Signed in · Flower</title>'
    '<link rel="icon" href="data:,"><meta http-equiv="refresh" content="0; url={goal}"></head>'
    '<body><p>You are signed in. <a href="{goal}">Open the dashboard</a></p></body></html>\n'
)


class SignIn:
    """What every provider's handler has in common. Begun by a page or a person, ended by the provider's redirect."""

    _state = ""
    _next = ""
    _client: Optional[ProviderClient] = None

    async def get(self) -> None:
        """Send to the provider, or take up what comes back from it."""
        error = self.get_argument("error", None)
        if error:
            # Flower would send the user there again, without end.
            raise tornado.web.HTTPError(403, f"The identity provider refused this sign-in ({error}).")
        if not self.get_argument("code", None) and not navigates(self.request):
            raise tornado.web.HTTPError(401)
        try:
            await super().get()
        except Exception:
            if self._client is not None and self._client.problem is not None:
                raise self._client.problem from None
            raise

    def set_oauth_state(self) -> str:
        """Begin: remember the state, and where to go afterwards, in the browser alone."""
        self._state = secrets.token_urlsafe(32)
        goal = own_page(self.get_argument("next", "", escape=False), self.application.options.url_prefix)
        self.set_secure_cookie("oauth_state", f"{self._state} {goal}")
        return self._state

    def verify_oauth_state(self) -> None:
        """Go on with a sign-in that this browser began, once."""
        remembered = (self.get_secure_cookie("oauth_state") or b"").decode("utf-8")
        self._state, _, self._next = remembered.partition(" ")
        self.clear_cookie("oauth_state")
        given = self.get_argument("state", "")
        if not self._state or not hmac.compare_digest(self._state.encode(), given.encode()):
            raise tornado.auth.AuthError("This browser did not begin this sign-in, or more than ten minutes ago")

    def authorize_redirect(self, **parameters: Any) -> None:
        """Send to the provider with a challenge, so that a stolen code is of no use in another sign-in (RFC 7636)."""
        challenge = _base64(hashlib.sha256(self._verifier().encode()).digest())
        extra = {**parameters.pop("extra_params", {}), "code_challenge": challenge, "code_challenge_method": "S256"}
        super().authorize_redirect(**parameters, extra_params=extra)

    def get_auth_http_client(self) -> ProviderClient:
        """Return what asks the provider."""
        if self._client is None:
            self._client = ProviderClient(self._verifier(), self.review, self.complete)
        return self._client

    def set_secure_cookie(self, name: str, value: str, *args: Any, **options: Any) -> None:
        """Set a cookie; from that of the user on, the request is theirs."""
        if name == "user":
            self.current_user = value
        super().set_secure_cookie(name, value, *args, **options)

    def redirect(self, url: str, *args: Any, **options: Any) -> None:
        """
        Redirect to the provider; to our own pages lead by a page.

        The browser has come from the provider's site, and so would all that it is redirected to: the session's cookie,
        which is Strict, would not be sent, and the sign-in begin anew. A page of ours is our own site again.
        """
        if not url.startswith("/"):
            super().redirect(url, *args, **options)
            return
        goal = own_page(self._next, self.application.options.url_prefix)
        self.finish(WELCOME.format(goal=xhtml_escape(goal)))

    def review(self, url: str, answer: Any) -> Any:
        """Return of the provider's answer what Flower may see."""
        raise NotImplementedError

    def complete(self, url: str) -> str:
        """Return the URL to ask in place of Flower's."""
        return url

    def _verifier(self) -> str:
        key = str(self.application.settings["cookie_secret"]).encode()
        return _base64(hmac.digest(key, f"verifier {self._state}".encode(), "sha256"))


class Google(SignIn, auth.GoogleAuth2LoginHandler):
    """
    Google, whose accounts can have any address.

    https://developers.google.com/identity/gsi/web/guides/verify-google-id-token
    """

    def review(self, url: str, answer: Any) -> Dict[str, str]:
        """Take an address that Google itself keeps: of Gmail, or of an organisation's Workspace, which is named."""
        account = record(answer)
        kept = (address_of(account) or "").endswith(("@gmail.com", "@googlemail.com")) or bool(account.get("hd"))
        verified = account.get("verified_email") is True
        return vouched(account, "Google does not vouch for this address", holds=verified and kept)


class GitHub(SignIn, auth.GithubLoginHandler):
    """GitHub, or GitHub Enterprise Server."""

    def review(self, url: str, answer: Any) -> List[Dict[str, object]]:
        """Take the verified addresses. https://docs.github.com/rest/users/emails."""
        entries = map(record, answer if isinstance(answer, list) else [])
        verified = [entry for entry in entries if entry.get("verified") is True]
        addresses = filter(None, map(address_of, verified))
        return [{"email": email, "verified": True} for email in addresses]


class GitLab(SignIn, auth.GitLabLoginHandler):
    """GitLab.com, or a GitLab of one's own."""

    def complete(self, url: str) -> str:
        """Ask for as many groups as GitLab gives at once, where it gives 20 by itself."""
        return f"{url}&per_page=100" if "/groups?" in url else url

    def review(self, url: str, answer: Any) -> Any:
        """Take a confirmed address of an active user (https://docs.gitlab.com/api/users/), and groups as they are."""
        if "/groups?" in url:
            groups = map(record, answer if isinstance(answer, list) else [])
            return [group for group in groups if {"id", "full_path"} <= group.keys()]
        account = record(answer)
        confirmed = bool(account.get("confirmed_at")) and account.get("state") == "active"
        return vouched(account, "GitLab has not confirmed this account's address", holds=confirmed)


class Okta(SignIn, auth.OktaLoginHandler):
    """Okta."""

    def review(self, url: str, answer: Any) -> Dict[str, object]:
        """Take a verified address; Flower would take the text "false" for a yes."""
        account = record(answer)
        verified = account.get("email_verified") is True
        return {**vouched(account, "Okta has not verified this address", holds=verified), "email_verified": True}


def own_page(target: str, prefix: str) -> str:
    """Return the target if it is one of our pages, otherwise the first one."""
    home = f"/{prefix.strip('/')}"
    below = target[len(home) :] if target.startswith(f"{home}/") else ""
    return target if PAGE.fullmatch(below) else f"{home}/"


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
