"""Answer, one line of JSON each, what log-ins a folder of users makes in the real Flower: for the property test."""

import base64
import json
import os
import shutil
import sys
import tempfile
from types import SimpleNamespace

sys.path.insert(0, sys.argv[1])

from flower import command
from flower.views import BaseHandler
from tornado.options import options
from tornado.web import HTTPError

from flower_install import Refusal, is_at_least
from users import flower_entries, read_users


def may_enter(token):
    """Ask Flower's own check about an Authorization header."""
    handler = SimpleNamespace(
        application=SimpleNamespace(options=options),
        request=SimpleNamespace(headers={"Authorization": f"Basic {token}"}),
    )
    try:
        return bool(BaseHandler.get_current_user(handler))
    except HTTPError:
        return False


def answer(question):
    if "version" in question:
        return {"recent": is_at_least(question["version"], question["minimum"])}
    folder = tempfile.mkdtemp()
    try:
        for name, content in question["files"]:
            with open(os.path.join(os.fsencode(folder), base64.b64decode(name)), "wb") as file:
                file.write(base64.b64decode(content))
        try:
            entries = flower_entries(read_users(folder))
        except Refusal as refusal:
            return {"refused": str(refusal).replace(folder, "FOLDER")}
        os.environ["FLOWER_BASIC_AUTH"] = ",".join(entries)
        command.apply_env_options()
        return {"stored": options.basic_auth, "entered": [may_enter(token) for token in question["tokens"]]}
    finally:
        shutil.rmtree(folder)


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
