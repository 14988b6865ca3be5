"""Reads lines {"name", "schema", "texts"} and prints each text that isn't JSON or isn't valid, and how many were read."""
import json
import sys

from jsonschema import FormatChecker
from jsonschema.validators import Draft202012Validator, validator_for

KEPT = FormatChecker([])
for name in ["date", "time", "date-time", "uuid", "email", "ipv4"]:  # the others are notes
    KEPT.checkers = {**KEPT.checkers, name: Draft202012Validator.FORMAT_CHECKER.checkers[name]}

read = 0
for line in open(sys.argv[1], encoding="utf-8"):
    case = json.loads(line)
    schema = case["schema"]
    kind = validator_for(schema, default=Draft202012Validator)
    kind.check_schema(schema)
    validators = [kind(schema), kind(schema, format_checker=KEPT)]
    for text in case["texts"]:
        read += 1
        try:
            value = json.loads(text)
        except ValueError as error:
            print(f"{case['name']}: {text} is not JSON: {error}")
            continue
        for validator in validators:
            error = next(validator.iter_errors(value), None)
            if error is not None:
                print(f"{case['name']}: {text} is not valid: {error.message[:200]}")
                break
print(f"{read} texts read")
