"""EventBridge delivers as AWS does: with permission, with retries, and never into nothing.

The emulator calls a rule's Lambda function once, whether or not the function's policy lets the rule in, and drops the
event when that fails. On AWS the rule needs the target's permission
(https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html), the call is asynchronous, so the
function's retries and failure destination apply
(https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html), and an event that could not be handed over goes
to the target's dead-letter queue (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html).
"""
import contextvars
import json
import logging

from ministack.core.arn import parse_arn
from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy
from ministack.core.responses import get_account_id, get_region
from ministack.services import eventbridge, lambda_svc, sqs

_logger = logging.getLogger("sluice.events")
_delivery = contextvars.ContextVar("sluice_delivery")


def _rule_is_let_in(policy, action, resource_arn, rule_arn) -> bool:
    """Whether a resource policy lets EventBridge act for this rule."""
    account = get_account_id()
    context = EvalContext(
        principal_arn="events.amazonaws.com",
        principal_type="Service",
        principal_account=account,
        action=action,
        resource_arn=resource_arn,
        region=get_region(),
        service_context={"aws:sourcearn": rule_arn},
    )
    verdict = evaluate_resource_policy(policy or {}, context, service="events.amazonaws.com")
    return verdict.decision == "Allow"


def _queue_lets_in(queue_arn: str, rule_arn: str) -> bool:
    queue = sqs._queue_by_arn(queue_arn)
    policy = (queue or {}).get("attributes", {}).get("Policy")
    return queue is not None and _rule_is_let_in(policy, "sqs:SendMessage", queue_arn, rule_arn)


def apply() -> None:
    invoke_target = eventbridge._invoke_target
    send_to_queue = eventbridge._dispatch_to_sqs

    def invoke_with_rule(target, event, rule, view=None):
        token = _delivery.set((target, rule))
        try:
            return invoke_target(target, event, rule, view)
        finally:
            _delivery.reset(token)

    def dead_letter(payload: str, reason: str) -> None:
        target, rule = _delivery.get()
        queue_arn = (target.get("DeadLetterConfig") or {}).get("Arn")
        _logger.warning("rule %s could not reach %s: %s", rule.get("Name"), target.get("Arn"), reason)
        if queue_arn and _queue_lets_in(queue_arn, rule["Arn"]):
            send_to_queue(parse_arn(queue_arn), payload)

    def dispatch_to_lambda(arn, payload):
        _, rule = _delivery.get()
        function, config, _ = lambda_svc._get_func_record_for_ref(arn)
        if not function or not config:
            dead_letter(payload, "the function does not exist")
        elif not _rule_is_let_in(function.get("policy"), "lambda:InvokeFunction", arn, rule["Arn"]):
            dead_letter(payload, "the function's policy does not let the rule in")
        else:
            record = lambda_svc._execution_record_for_config(function, config)
            lambda_svc.invoke_async_with_retry(record, json.loads(payload))

    def dispatch_to_sqs(spec, payload, sqs_parameters=None):
        _, rule = _delivery.get()
        if _queue_lets_in(str(spec), rule["Arn"]):
            send_to_queue(spec, payload, sqs_parameters)
        else:
            dead_letter(payload, "the queue does not exist or its policy does not let the rule in")

    eventbridge._invoke_target = invoke_with_rule
    eventbridge._dispatch_to_lambda = dispatch_to_lambda
    eventbridge._dispatch_to_sqs = dispatch_to_sqs
