"""An event of a versioned bucket says which version it is about.

The emulator leaves the version out of the events that S3 sends to EventBridge. On AWS it is there, and a function
that reads that version sees the object that the event is about, not a newer one:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
"""
import contextvars
import json

from ministack.services import eventbridge, s3

_version = contextvars.ContextVar("sluice_version", default=None)


def apply() -> None:
    fire = s3._fire_s3_event
    dispatch = eventbridge._dispatch_event

    def fire_with_version(*args, version_id=None, **kwargs):
        token = _version.set(version_id)
        try:
            return fire(*args, version_id=version_id, **kwargs)
        finally:
            _version.reset(token)

    def dispatch_with_version(event, view=None):
        version = _version.get()
        if version and event.get("Source") == "aws.s3" and view is None:
            detail = json.loads(event["Detail"])
            detail["object"]["version-id"] = version
            event = {**event, "Detail": json.dumps(detail)}
        return dispatch(event, view)

    s3._fire_s3_event = fire_with_version
    eventbridge._dispatch_event = dispatch_with_version
