"""A variable in a policy's Resource stands for the request's own value.

The emulator takes ``${aws:username}`` for a name, so that a user who may set up a second factor of his own is refused:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html. Closed for Resource and NotResource;
a variable in a condition's value, and one with a default, still match nothing.
"""
import dataclasses
import re

from ministack.core import iam_evaluator

_VARIABLE = re.compile(r"\$\{([^}]*)\}")


def _put_in(pattern: str, context) -> str:
    def value_of(variable: re.Match) -> str:
        value = iam_evaluator._resolve_condition_key(variable[1], context)
        # A value's own stars would match more than itself.
        return value if isinstance(value, str) and not re.search(r"[*?]", value) else variable[0]

    return _VARIABLE.sub(value_of, pattern)


def _with_values(statement, context):
    if not any("${" in pattern for pattern in (*statement.resources, *statement.not_resources)):
        return statement
    return dataclasses.replace(
        statement,
        resources=[_put_in(pattern, context) for pattern in statement.resources],
        not_resources=[_put_in(pattern, context) for pattern in statement.not_resources],
    )


def apply() -> None:
    first_match = iam_evaluator._first_match

    def first_match_with_values(context, statements, effect):
        return first_match(context, [_with_values(statement, context) for statement in statements], effect)

    iam_evaluator._first_match = first_match_with_values
