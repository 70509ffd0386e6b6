"""Writes the parts of the package that are made from others:

- ``models.py``, ``_operations.py`` and ``_events.py`` from ``contract/openapi.json``
- ``_sync`` from ``_async``

``npm run client:python`` calls it. With a folder as argument, it writes into that one instead, and
a test compares both.
"""

from __future__ import annotations

import json
import keyword
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import Any

import unasync

HERE = Path(__file__).parent
PACKAGE = HERE / "src" / "webhook_dispatcher"
CONTRACT = HERE.parent.parent / "contract" / "openapi.json"
METHODS = ("get", "put", "post", "patch", "delete")
WIDTH = 100
LIMITS = {
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "pattern",
}
OPEN_LISTS = ("EventTypeName", "ErrorCode")
"""Lists that a deployment or a later release makes longer: any text is taken."""
MADE = "# Made from contract/openapi.json by generate.py; do not edit it by hand.\n"


def main() -> None:
    into = Path(sys.argv[1]) if len(sys.argv) > 1 else PACKAGE
    into.mkdir(parents=True, exist_ok=True)
    contract = json.loads(CONTRACT.read_text())
    write_models(contract, into / "models.py")
    (into / "_operations.py").write_text(operations(contract))
    (into / "_events.py").write_text(events(contract))
    write_sync(into / "_sync")
    made = [into / name for name in ("models.py", "_operations.py", "_events.py", "_sync")]
    config = f"--config={HERE / 'pyproject.toml'}"
    subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--quiet", "--no-cache", config, *made], check=True
    )


def write_models(contract: dict[str, Any], file: Path) -> None:
    """Every schema as a ``TypedDict``, or as an alias of its type."""
    options = [
        "--input-file-type=openapi",
        "--output-model-type=typing.TypedDict",
        "--target-python-version=3.10",
        "--enum-field-as-literal=all",
        "--no-use-closed-typed-dict",
        "--use-standard-collections",
        "--use-union-operator",
        "--use-schema-description",
        "--use-field-description",
        "--use-single-line-docstring",
        "--use-double-quotes",
        "--keep-model-order",
        "--disable-timestamp",
        "--formatters=builtin",
    ]
    with tempfile.TemporaryDirectory() as folder:
        schemas = Path(folder, "schemas.json")
        schemas.write_text(json.dumps(schemas_of(contract)))
        paths = [f"--input={schemas}", f"--output={file}"]
        command = [sys.executable, "-m", "datamodel_code_generator", *paths, *options]
        subprocess.run(command, check=True)
    text = file.read_text()
    docs = '"""The schemas of the contract. Lists of values may grow in later releases."""'
    file.write_text(MADE + docs + text[text.index("\n\n") :])


def schemas_of(contract: dict[str, Any]) -> dict[str, Any]:
    """The schemas that a client uses, without limits, which are no part of a type."""
    schemas = contract["components"]["schemas"]
    kept = {name: schema for name, schema in schemas.items() if not name.endswith("Form")}
    for name in OPEN_LISTS:
        kept[name] = {key: value for key, value in kept[name].items() if key != "enum"}
    info = {"title": "schemas", "version": "1"}
    components = {"schemas": without_limits(kept)}
    return {"openapi": "3.1.0", "info": info, "paths": {}, "components": components}


def without_limits(part: Any) -> Any:
    """Returns a schema, or several by their names, without limits."""
    if isinstance(part, list):
        return [without_limits(each) for each in part]
    if not isinstance(part, dict):
        return part
    return {
        name: without_limits(value)
        for name, value in part.items()
        if name not in LIMITS or isinstance(value, dict)
    }


def operations(contract: dict[str, Any]) -> str:
    """Every operation with the type of its answer, and a ``TypedDict`` for each query."""
    listed = [
        Described(contract, method, path, item)
        for path, item in contract["paths"].items()
        for method in METHODS
        if method in item and "101" not in item[method]["responses"]
    ]
    body = "\n\n".join([each.query_class() for each in listed if each.query] + [""])
    body += "\n".join(each.constant() for each in listed)
    names = {name for name in re.findall(r"\b[A-Z]\w+", body)} & set(
        contract["components"]["schemas"]
    )
    head = f'{MADE}"""The operations of the contract."""\n\nfrom __future__ import annotations\n\n'
    head += "from typing import Final, Literal\n\nfrom typing_extensions import TypedDict\n\n"
    head += "from ._operation import Operation\nfrom .models import (\n"
    head += "".join(f"    {name},\n" for name in sorted(names)) + ")\n\n\n"
    return head + body + "\n"


class Described:
    """One operation of the contract."""

    def __init__(
        self, contract: dict[str, Any], method: str, path: str, item: dict[str, Any]
    ) -> None:
        self.operation = item[method]
        self.method = method.upper()
        self.path = path
        parameters = [
            resolved(contract, each)
            for each in item.get("parameters", []) + self.operation.get("parameters", [])
        ]
        self.query = [each for each in parameters if each["in"] == "query"]
        self.keyed = any(each["name"] == "Idempotency-Key" for each in parameters)
        self.id: str = self.operation["operationId"]

    def constant(self) -> str:
        answer, kind = self.answer()
        keyed = ", keyed=True" if self.keyed else ""
        name = snake_case(self.id)
        text = f"{name}: Final[Operation[{answer}]] = Operation(\n"
        text += f'    "{self.id}", "{self.method}", "{self.path}", "{kind}"{keyed}\n)'
        return text

    def answer(self) -> tuple[str, str]:
        """Returns the type of the answer to a success, and its kind."""
        types: list[str] = []
        for status, answer in self.operation["responses"].items():
            for media, content in answer.get("content", {}).items():
                if not status.startswith("2"):
                    continue
                if media != "application/json":
                    return "str", "text"
                types.append(type_of(content["schema"]))
        return (" | ".join(dict.fromkeys(types)), "json") if types else ("None", "nothing")

    def query_class(self) -> str:
        lines = [f"class {self.id[0].upper()}{self.id[1:]}Query(TypedDict, total=False):"]
        lines += [f'    """The parameters of ``{self.id}``."""', ""]
        for each in self.query:
            name = each["name"] + ("_" if keyword.iskeyword(each["name"]) else "")
            lines.append(f"    {name}: {type_of(each['schema'])}")
            lines += [documentation(each["description"])] if "description" in each else []
        return "\n".join(lines) + "\n"


def events(contract: dict[str, Any]) -> str:
    """The union of what a receiver gets, by type."""
    types = [
        type_of(item["post"]["requestBody"]["content"]["application/json"]["schema"])
        for name, item in contract["webhooks"].items()
        if name != "event"
    ]
    head = f'{MADE}"""What a receiver gets."""\n\nfrom typing import TypeAlias\n\n'
    head += (
        "from .models import (\n" + "".join(f"    {name},\n" for name in sorted(types)) + ")\n\n"
    )
    union = f"WebhookEvent: TypeAlias = (\n    {' | '.join(types)}\n)\n"
    return head + union + '"""An event of a built-in type. ``event_type`` says of which."""\n'


def type_of(schema: dict[str, Any]) -> str:
    """Returns the type of a schema that is not an object."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[1]
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " | ".join(type_of(each) for each in schema[several])
    if "const" in schema:
        return f"Literal[{json.dumps(schema['const'])}]"
    if schema.get("enum") == ["true", "false"]:
        return "bool"
    if "enum" in schema:
        return f"Literal[{', '.join(json.dumps(each) for each in schema['enum'])}]"
    if schema["type"] == "array":
        return f"list[{type_of(schema['items'])}]"
    return {"string": "str", "integer": "int", "boolean": "bool"}[schema["type"]]


def resolved(contract: dict[str, Any], parameter: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in parameter:
        return parameter
    found: Any = contract
    for name in parameter["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return dict(found)


def documentation(text: str) -> str:
    """Returns a description as a documentation string, indented."""
    lines = textwrap.wrap(f'"""{text}"""', WIDTH - 4)
    return textwrap.indent("\n".join(lines), "    ")


def snake_case(name: str) -> str:
    return re.sub(r"([A-Z])", r"_\1", name).lower()


def write_sync(into: Path) -> None:
    """The sync client: the async one without ``async`` and ``await``."""
    sources = sorted((PACKAGE / "_async").glob("*.py"))
    names = {name for file in sources for name in re.findall(r"\bAsync[A-Z]\w+", file.read_text())}
    replacements = {name: name.removeprefix("Async") for name in names} | {
        "aclose": "close",
        "aiter_bytes": "iter_bytes",
        "anyio": "time",
        "aread": "read",
    }
    into.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in ("_async", "_sync"):
            Path(folder, name).mkdir()
        copies = [shutil.copy(file, Path(folder, "_async")) for file in sources]
        rule = unasync.Rule("/_async/", "/_sync/", additional_replacements=replacements)
        unasync.unasync_files([str(copy) for copy in copies], rules=[rule])
        for file in sources:
            made = f"# Made from ../_async/{file.name} by generate.py; do not edit it by hand.\n"
            text = Path(folder, "_sync", file.name).read_text()
            Path(into, file.name).write_text(made + text)


if __name__ == "__main__":
    main()
