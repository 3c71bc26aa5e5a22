#!/usr/bin/env python3
"""Holds every vector file of a folder against vectors.schema.json: pip install jsonschema; validate.py [FOLDER]"""

import json
import pathlib
import sys

import jsonschema

HERE = pathlib.Path(__file__).parent
SCHEMA = json.loads((HERE / "vectors.schema.json").read_text(encoding="utf-8"))
KINDS = [kind["$ref"].rpartition("/")[2] for kind in SCHEMA["anyOf"]]


def kind_of(stem):
    """`user_srp` of both user_srp and user_srp_512."""
    return next((kind for kind in KINDS if f"{stem}_".startswith(f"{kind}_")), None)


def schema_for(kind):
    """The schema with only one of its kinds: what is wrong is then said about that one."""
    return {name: part for name, part in SCHEMA.items() if name != "anyOf"} | {"$ref": f"#/$defs/{kind}"}


def problems(path):
    kind = kind_of(path.stem)
    if kind is None:
        return ["no kind of vector file has a name like this"]
    validator = jsonschema.Draft202012Validator(schema_for(kind))
    content = json.loads(path.read_text(encoding="utf-8"))
    return [f"{error.json_path}: {error.message[-200:]}" for error in validator.iter_errors(content)]


def main(arguments):
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    folder = pathlib.Path(arguments[0]) if arguments else HERE
    files = sorted(path for path in folder.glob("*.json") if not path.name.endswith(".schema.json"))
    if not files:
        sys.exit(f"no vector files in {folder}")
    found = [f"{path.name}: {problem}" for path in files for problem in problems(path)]
    print("\n".join([*found, f"{len(files)} files, {len(found)} problems"]))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
