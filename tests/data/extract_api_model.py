#!/usr/bin/env python3
"""Writes api-model.json next to this script: what AWS's own API model says about the parameters of a sign-in.

The enumerations are part of the model; the keys of AuthParameters and ChallengeResponses stand only in its prose, which
has a regular form. Everything comes from one release of botocore, which the output names:

    pip install botocore==1.44.5
    extract_api_model.py            writes the file
    extract_api_model.py --check    fails if it would change
"""

import json
import pathlib
import re
import sys

import botocore
import botocore.session

SERVICE = "cognito-idp"
OPERATIONS = (
    "InitiateAuth",
    "AdminInitiateAuth",
    "RespondToAuthChallenge",
    "AdminRespondToAuthChallenge",
    "AssociateSoftwareToken",
    "VerifySoftwareToken",
    "ConfirmDevice",
)
OUTPUT = pathlib.Path(__file__).with_name("api-model.json")


def members(model, operation):
    return model.operation_model(operation).input_shape.members


def shape(it):
    """The members of a structure by name, and which of them are required; a list by its element; the type of the rest."""
    if it.type_name == "structure":
        return {"required": it.required_members, "members": {name: shape(member) for name, member in it.members.items()}}
    if it.type_name == "list":
        return [shape(it.member)]
    return it.type_name


def operation(it):
    return {
        "input": shape(it.input_shape),
        "output": shape(it.output_shape),
        "errors": sorted({error.name for error in it.error_shapes}),
    }


def auth_parameters(prose):
    """AuthFlow -> its keys: `<dt>FLOW</dt> <dd>`, and in it an item per key that begins with `<code>KEY</code>`."""
    flows = {}
    for names, items in re.findall(r"<dt>([A-Z_/]+)</dt> <dd>(.*?)</dd>", prose):
        keys = re.findall(r"<li> <p> <code>(\w+)(?:: [^<]*)?</code> ?(\(required\))?", items)
        entry = {
            "documented": sorted({key for key, _ in keys}),
            "required": sorted({key for key, required in keys if required}),
        }
        flows |= {name: entry for name in names.split("/")}
    return flows


def challenge_responses(prose):
    """ChallengeName -> the forms of an answer to it, each a map of key -> what stands for its value."""
    challenges = {}
    for name, form in re.findall(r'"ChallengeName": "(\w+)", "ChallengeResponses": ?\{(.*?)\}', prose):
        pairs = re.findall(r'"(\w+)": "?(\[[^]]*\]|\w+)', form)
        challenges.setdefault(name, []).append(dict(pairs))
    return challenges


def merged(first, second):
    """Two operations that document the same thing, the second perhaps for more names."""
    assert all(second[name] == first[name] for name in first.keys() & second.keys()), "the operations differ"
    return dict(sorted((first | second).items()))


def extract():
    model = botocore.session.get_session().get_service_model(SERVICE)
    initiate, admin_initiate = members(model, "InitiateAuth"), members(model, "AdminInitiateAuth")
    respond, admin_respond = members(model, "RespondToAuthChallenge"), members(model, "AdminRespondToAuthChallenge")
    answer_prose = respond["ChallengeResponses"].documentation
    challenges = merged(
        challenge_responses(answer_prose), challenge_responses(admin_respond["ChallengeResponses"].documentation)
    )
    flows = merged(
        auth_parameters(initiate["AuthParameters"].documentation),
        auth_parameters(admin_initiate["AuthParameters"].documentation),
    )
    [prefix] = set(re.findall(r'"(\w+\.)\[attribute_name\]"', answer_prose))
    return {
        "source": f"botocore {botocore.__version__}, service {SERVICE}, API version {model.api_version}",
        "AuthFlow": initiate["AuthFlow"].enum,
        "ChallengeName": respond["ChallengeName"].enum,
        "AuthParameters": flows,
        "ChallengeResponses": challenges,
        "Operations": {name: operation(model.operation_model(name)) for name in OPERATIONS},
        "user_attributes_prefix": prefix,
        # Said once for all flows and challenges: with a client secret, and for a remembered device.
        "everywhere": sorted(
            key for key in ("DEVICE_KEY", "SECRET_HASH") if key in initiate["AuthParameters"].documentation
            and key in answer_prose
        ),
    }


def main(arguments):
    if arguments not in ([], ["--check"]):
        sys.exit(__doc__)
    text = json.dumps(extract(), indent=1) + "\n"
    if arguments == []:
        OUTPUT.write_text(text)
    elif OUTPUT.read_text() != text:
        sys.exit(f"{OUTPUT.name} is not what this script extracts")


if __name__ == "__main__":
    main(sys.argv[1:])
