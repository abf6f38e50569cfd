"""The environment of Flower's process: only what the pod spec sets on purpose takes part."""

from __future__ import annotations

import difflib
import os
from typing import Collection

from flower_install import Refusal, demand, say

# What flowerEnvironment() in components/build/flower.ts sets; a test keeps the two together.
FLOWER_VARIABLES = (
    "FLOWER_ADDRESS",
    "FLOWER_BROKER_API",
    "FLOWER_CONF",
    "FLOWER_DB",
    "FLOWER_INSPECT_TIMEOUT",
    "FLOWER_MAX_TASKS",
    "FLOWER_NATURAL_TIME",
    "FLOWER_PERSISTENT",
    "FLOWER_PORT",
    "FLOWER_PURGE_OFFLINE_WORKERS",
    "FLOWER_READ_ONLY",
    "FLOWER_STATE_SAVE_INTERVAL",
    "FLOWER_TASKS_COLUMNS",
    "FLOWER_URL_PREFIX",
)
# What oauthEnvironment() in components/build/oauth.ts adds. The second kind is no option: Flower's handlers read it.
OAUTH_VARIABLES = ("FLOWER_AUTH", "FLOWER_AUTH_PROVIDER", "FLOWER_OAUTH2_KEY", "FLOWER_OAUTH2_REDIRECT_URI")
HANDLER_VARIABLES = (
    "FLOWER_GITHUB_OAUTH_DOMAIN",
    "FLOWER_GITLAB_AUTH_ALLOWED_GROUPS",
    "FLOWER_GITLAB_MIN_ACCESS_LEVEL",
    "FLOWER_GITLAB_OAUTH_DOMAIN",
    "FLOWER_OAUTH2_OKTA_BASE_URL",
)

# Without one of these Flower would fall back to a default that is not safe.
REQUIRED = (
    "FLOWER_ADDRESS",
    "FLOWER_CONF",
    "FLOWER_PORT",
    "FLOWER_READ_ONLY",
    "FLOWER_URL_PREFIX",
    "CELERY_BROKER_URL",
)

# What Flower, Celery and Kombu read. The names without a prefix are `envvar=` in celery/bin/celery.py, and Django's:
# some of them import a module (APP, CONFIG_MODULE, LOADER), one leads to another broker.
PREFIXES = ("FLOWER_", "CELERY_", "KOMBU_")
NAMES = frozenset(
    ("APP", "BROKER_URL", "CONFIG_MODULE", "DJANGO_SETTINGS_MODULE", "LOADER", "RESULT_BACKEND", "SKIP_CHECKS")
)


def uses_provider() -> bool:
    """Tell whether people sign in with an identity provider, and not by password; refuse both at once."""
    provider = bool(os.environ.get("OAUTH_CLIENT_SECRET_FILE"))
    if provider and os.environ.get("BASIC_AUTH_USERS_DIR"):
        raise Refusal(
            "OAUTH_CLIENT_SECRET_FILE and BASIC_AUTH_USERS_DIR are both set: people log in by password or with an "
            "identity provider, not both."
        )
    return provider


def _allowed() -> frozenset[str]:
    further = (*OAUTH_VARIABLES, *HANDLER_VARIABLES) if uses_provider() else ()
    return frozenset((*FLOWER_VARIABLES, *further, "CELERY_BROKER_URL"))


def scrub() -> list[str]:
    """
    Remove every variable that would steer Flower or Celery and that the pod spec does not set, and return their names.

    An image's ENV can carry them: FLOWER_UNAUTHENTICATED_API, CELERY_APP, FLOWER_AUTH… To be called before the first
    import of Celery or Kombu, which read some of them then.
    """
    allowed = _allowed()
    removed = sorted(
        name for name in os.environ if name not in allowed and (name.startswith(PREFIXES) or name in NAMES)
    )
    for name in removed:
        del os.environ[name]
        say(f"ignoring {name} of the image or pod: only variables that FlowerDashboard sets take part.")
    return removed


def check_names(removed: Collection[str], options: Collection[str], version: str) -> None:
    """
    Refuse a misspelled variable, and one that the installed Flower does not know: Flower would drop it without a word.

    `removed` is what scrub() returned, `options` the names of Flower's options.
    """
    known = {f"FLOWER_{option.replace('-', '_').upper()}" for option in options}
    ours = (*FLOWER_VARIABLES, *OAUTH_VARIABLES)
    for name in sorted(set(ours) & set(os.environ)):
        if name not in known:
            raise Refusal(
                f"Flower {version} has no option for {name}, so it would ignore it. "
                "Use the Flower version that this secure-flower names."
            )
    ours = (*ours, *HANDLER_VARIABLES)
    for name in sorted(name for name in removed if name.startswith("FLOWER_") and name not in {*known, *ours}):
        meant = difflib.get_close_matches(name, ours, n=1, cutoff=0.85)
        if meant:
            raise Refusal(f"Flower has no option for {name}, so it would ignore it. Did you mean {meant[0]}?")


def check_values() -> None:
    """Refuse values that Flower would stumble over or take for something else."""
    for name in (*REQUIRED, *(OAUTH_VARIABLES if uses_provider() else ())):
        demand(name)
    for name in sorted(_allowed() & set(os.environ)):
        value = demand(name)
        if value != value.strip():
            raise Refusal(
                f"{name} begins or ends with white space. A Secret made with `echo` has a line break at its end."
            )
    if os.environ["FLOWER_READ_ONLY"] not in ("true", "false"):
        raise Refusal(f"FLOWER_READ_ONLY is {os.environ['FLOWER_READ_ONLY']!a} and must be true or false.")
