"""How people log in, by password or with an identity provider: what Flower must have taken over before it listens."""

from __future__ import annotations

import importlib
import inspect
import os
import re
from pathlib import Path
from typing import Dict

from environment import HANDLER_VARIABLES, uses_provider
from flower_install import Refusal, demand, require_module
from users import flower_entries, read_users

OTHER_VERSION = "Use the Flower version that this secure-flower names."
SECRET = re.compile(r"[!-~]+")
# Half of what FlowerDashboard makes; whoever knows the text of a cookie tries secrets as fast as their machine can.
SHORTEST_COOKIE_SECRET = 32


def log_in_options() -> Dict[str, object]:
    """
    Hand the credentials to Flower, and return the options that say how people log in.

    Credentials are set only inside this process: neither argv nor /proc/PID/environ, which is what it was at exec, has
    them.
    """
    cookie_secret = _cookie_secret()
    options = _by_provider() if uses_provider() else _by_password()
    os.environ["FLOWER_COOKIE_SECRET"] = cookie_secret
    return {**options, "cookie_secret": cookie_secret}


def _by_password() -> Dict[str, object]:
    entries = flower_entries(read_users(demand("BASIC_AUTH_USERS_DIR")))
    os.environ["FLOWER_BASIC_AUTH"] = ",".join(entries)
    return {"basic_auth": entries, "auth": "", "auth_provider": None}


def _by_provider() -> Dict[str, object]:
    secret = _secret("client secret", Path(demand("OAUTH_CLIENT_SECRET_FILE")))
    people = demand("FLOWER_AUTH")
    if not importlib.import_module("flower.utils.authentication").validate_auth_option(people):
        raise Refusal(
            f"Flower cannot read FLOWER_AUTH={people!a}: write addresses with | between them, or one .*@domain."
        )
    if not all(group.strip() for group in os.environ.get("FLOWER_GITLAB_AUTH_ALLOWED_GROUPS", "-").split(",")):
        raise Refusal("FLOWER_GITLAB_AUTH_ALLOWED_GROUPS has an empty group, which Flower could take for any.")
    _check_ca()
    importlib.import_module("session").strengthen(_session_hours())
    _check_handler(demand("FLOWER_AUTH_PROVIDER"))
    os.environ["FLOWER_OAUTH2_SECRET"] = secret
    return {"basic_auth": [], "oauth2_secret": secret}


def _cookie_secret() -> str:
    """Return what sessions are signed with: without it Flower would make one up, and sessions would end with it."""
    path = Path(demand("COOKIE_SECRET_FILE"))
    secret = _secret("cookie secret", path)
    if len(secret) < SHORTEST_COOKIE_SECRET:
        raise Refusal(
            f"The cookie secret in {path} is shorter than {SHORTEST_COOKIE_SECRET} characters, so sessions could be "
            "forged. Change `rotation`, which makes another one."
        )
    return secret


def _secret(what: str, path: Path) -> str:
    try:
        text = path.read_bytes().decode("ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(
            f"The {what} in {path} cannot be read: {type(error).__name__}. Mount its Secret there."
        ) from error
    if not SECRET.fullmatch(text):
        raise Refusal(
            f"The {what} in {path} is empty, or has a space or a line break in it. "
            "A Secret made with `echo` has a line break at its end; `printf %s` and `echo -n` add none."
        )
    return text


def _session_hours() -> int:
    text = demand("OAUTH_SESSION_HOURS")
    if not re.fullmatch(r"[1-9][0-9]{0,2}", text):
        raise Refusal(f"OAUTH_SESSION_HOURS is {text!a} and must be a whole number of hours.")
    return int(text)


def _check_ca() -> None:
    """Load it once: otherwise a file that is no good would show as a provider that does not answer."""
    path = os.environ.get("OAUTH_CA_FILE")
    try:
        if path:
            importlib.import_module("ssl").create_default_context(cafile=path)
    except OSError as error:
        raise Refusal(f"OAUTH_CA_FILE cannot be used ({error.strerror or error}). It must be in PEM.") from error


def _check_handler(name: str) -> None:
    """Refuse a handler that does not read what the pod spec sets for it: it would ask another, or let more in."""
    module, _, member = name.partition(".")
    require_module(module, "This Flower lacks what sign-in with an identity provider needs")
    handler = getattr(importlib.import_module(module), member, None)
    if handler is None:
        raise Refusal(f"FLOWER_AUTH_PROVIDER is {name!a}, which is no handler of secure-flower.")
    source = inspect.getsource(importlib.import_module("flower.views.auth"))
    for variable in HANDLER_VARIABLES:
        if variable in os.environ and f'"{variable}"' not in source.replace("'", '"'):
            raise Refusal(f"This Flower does not read {variable}, so it would ignore it. {OTHER_VERSION}")
    for variable in ("FLOWER_GITHUB_OAUTH_DOMAIN", "FLOWER_GITLAB_OAUTH_DOMAIN"):
        host = os.environ.get(variable)
        if host and not handler._OAUTH_AUTHORIZE_URL.startswith(f"https://{host}/"):  # noqa: SLF001 - where it will send people
            raise Refusal(f"This Flower did not take over {variable}. {OTHER_VERSION}")
