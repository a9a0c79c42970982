"""The policy simulator takes the values of condition keys that it is asked with.

The emulator's SimulateCustomPolicy ignores ContextEntries, so that a statement with a condition never allows anything
there: https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html
"""
import contextvars

from ministack.core import iam_evaluator
from ministack.services import iam

_entries = contextvars.ContextVar("sluice_entries", default=None)


def _members(params, start: str):
    index = 1
    while value := iam._p(params, f"{start}.member.{index}"):
        yield value
        index += 1


def _entries_of(params) -> dict:
    entries = {}
    index = 1
    while name := iam._p(params, f"ContextEntries.member.{index}.ContextKeyName"):
        start = f"ContextEntries.member.{index}"
        values = list(_members(params, f"{start}.ContextKeyValues"))
        is_list = iam._p(params, f"{start}.ContextKeyType").endswith("List")
        # An empty value is lost on its way through the emulator's forms.
        entries[name.lower()] = values if is_list else (values or [""])[0]
        index += 1
    return entries


def apply() -> None:
    simulate = iam._simulate_custom_policy
    resolve = iam_evaluator._resolve_condition_key

    def simulate_with_context(params):
        token = _entries.set(_entries_of(params))
        try:
            return simulate(params)
        finally:
            _entries.reset(token)

    # Of what is simulated nothing is known but what the caller says.
    def resolve_simulated(key, context):
        entries = _entries.get()
        return resolve(key, context) if entries is None else entries.get(key.lower())

    iam_evaluator._resolve_condition_key = resolve_simulated
    iam._IAM_HANDLERS["SimulateCustomPolicy"] = simulate_with_context
