"""
Sessions of people who signed in with an identity provider: stricter than Flower's own.

Flower keeps nothing of a session but a signed cookie, which it takes for 31 days, from any site's navigation, and under
a name that a neighbouring subdomain can set too. It sends whoever has none to the log-in, calls of the API and of
scripts as well. All this is in what its handlers inherit, so a class is put between them and Tornado.
"""

from __future__ import annotations

import importlib
from typing import Any, ClassVar, Dict, Optional

import tornado.web

from flower_install import Refusal

# A browser takes a cookie of such a name only with Secure and from its own host, so no other host can plant one.
# https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes
HOST_ONLY = "__Host-"
DAY = 24 * 60 * 60
SIGN_IN_SECONDS = 10 * 60
# The cookie of a sign-in that is under way comes back with the provider's redirect, which is another site's doing.
SAME_SITE = {"user": "Strict", "oauth_state": "Lax"}
# By which nginx logs who is signed in, and which it passes on to nobody.
USER_HEADER = "X-Signed-In-As"


class Session(tornado.web.RequestHandler):
    """What Flower's handlers inherit instead of Tornado's own class."""

    seconds: ClassVar[Dict[str, int]] = {"oauth_state": SIGN_IN_SECONDS}

    def set_cookie(self, name: str, value: Any, *args: Any, **options: Any) -> None:
        """Set a cookie: those of the session under another name, for their own time, and to be read by nobody else."""
        if name not in SAME_SITE:
            super().set_cookie(name, value, *args, **options)
            return
        expires = options.get("expires")
        days = None if expires else self.seconds[name] / DAY
        super().set_cookie(
            HOST_ONLY + name,
            value,
            expires=expires,
            expires_days=days,
            httponly=True,
            secure=True,
            samesite=SAME_SITE[name],
        )

    def get_cookie(self, name: str, default: Optional[str] = None) -> Optional[str]:
        """Return a cookie, those of the session from under their other name."""
        return super().get_cookie(HOST_ONLY + name if name in SAME_SITE else name, default)

    def get_signed_cookie(self, name: str, value: Optional[str] = None, *_: Any, **__: Any) -> Optional[bytes]:
        """Return what is in a signed cookie, if it is not too old."""
        return super().get_signed_cookie(name, value, max_age_days=self.seconds[name] / DAY, min_version=2)

    get_secure_cookie = get_signed_cookie

    def get_login_url(self) -> str:
        """Return where Tornado sends whoever is not signed in; a script gets a plain answer instead."""
        if isinstance(self, importlib.import_module("flower.api").BaseApiHandler) or not navigates(self.request):
            raise tornado.web.HTTPError(401)
        return super().get_login_url()

    def check_xsrf_cookie(self) -> None:
        """Check what may change something; who is not signed in is told just that."""
        if not self.current_user:
            raise tornado.web.HTTPError(401)
        super().check_xsrf_cookie()

    def finish(self, chunk: Any = None) -> Any:
        """Tell nginx who it was."""
        user = getattr(self, "_current_user", None)
        if isinstance(user, str):
            self.set_header(USER_HEADER, user)
        return super().finish(chunk)


def navigates(request: Any) -> bool:
    """
    Tell whether a person goes to a page, as far as can be known.

    A page whose session has ended goes on polling. If each poll began a sign-in, its state would take the place of that
    of the sign-in in the next tab, which could then never succeed.
    """
    headers = request.headers
    return headers.get("Sec-Fetch-Mode", "navigate") == "navigate" and "X-Requested-With" not in headers


def strengthen(hours: int) -> None:
    """Make every handler of this process one with such a session."""
    handler = importlib.import_module("flower.views").BaseHandler
    if handler.__bases__ != (tornado.web.RequestHandler,):
        raise Refusal(
            "This Flower's handlers are not as they were when sign-in was written. "
            "Use the Flower version that this secure-flower names."
        )
    Session.seconds = {**Session.seconds, "user": hours * 60 * 60}
    handler.__bases__ = (Session,)
