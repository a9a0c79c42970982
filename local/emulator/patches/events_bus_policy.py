"""A bus keeps the policy document that it is given.

The emulator takes no ``Policy`` in PutPermission and stores a statement of its own, which lets everybody in:
https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html
"""
import json

from ministack.services import eventbridge


def apply() -> None:
    put = eventbridge._put_permission

    def put_permission(data):
        document = data.get("Policy")
        if not document:
            return put(data)
        eventbridge._event_bus_policies[data.get("EventBusName", "default")] = json.loads(document)
        return eventbridge.json_response({})

    eventbridge._put_permission = put_permission
