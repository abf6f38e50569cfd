"""Validates Kubernetes objects strictly: reads YAML documents from standard input, writes a JSON list of findings.

The arguments are folders with JSON schemas of custom resources, one file a kind. Each object gets one finding:
{"object": "Service queues", "schema": "1.37" or a file or null, "problems": [...]}.
"""

import json
import pathlib
import sys

import jsonschema
import yaml
from kubernetes_validate import utils

VERSION = "1.37"


class UniqueKeyLoader(yaml.SafeLoader):
    """Refuses a mapping with the same key twice, of which PyYAML and the API server would silently keep one."""

    def construct_mapping(self, node, deep=False):
        keys = [key.value for key, _ in node.value]
        repeated = sorted({key for key in keys if keys.count(key) > 1})
        if repeated:
            raise yaml.YAMLError(f"repeated keys: {', '.join(repeated)}")
        return super().construct_mapping(node, deep)


def problems_by(validate) -> list:
    try:
        validate()
    except jsonschema.ValidationError as error:
        path = ".".join(str(part) for part in error.absolute_path)
        return [f"{path}: {error.message}"]
    return []


def examine(item: dict, folders: list) -> tuple:
    group = item["apiVersion"].split("/")[0]
    if group == "gateway.networking.k8s.io" or ("." in group and not group.endswith(".k8s.io")):
        file = next((path for path in (folder / f"{item['kind'].lower()}.json" for folder in folders) if path.exists()), None)
        if file is None:
            return None, []
        schema = json.loads(file.read_text())
        validator = jsonschema.Draft202012Validator(schema)
        return file.name, problems_by(lambda: validator.validate(item))
    try:
        return VERSION, problems_by(lambda: utils.validate(item, VERSION, strict=True))
    except utils.SchemaNotFoundError as error:
        return VERSION, [error.message]


def main() -> None:
    folders = [pathlib.Path(argument) for argument in sys.argv[1:]]
    findings = []
    for item in yaml.load_all(sys.stdin, Loader=UniqueKeyLoader):
        schema, problems = examine(item, folders)
        title = f"{item['kind']} {item['metadata']['name']}"
        findings.append({"object": title, "schema": schema, "problems": problems})
    json.dump(findings, sys.stdout)


main()
