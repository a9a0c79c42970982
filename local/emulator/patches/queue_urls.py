"""A queue that was made before a restart is the same queue after it.

The emulator's URL of a queue has its port in it, and looks queues up by the URL that a name would have now. Started
again on another port it does not find the queue that an event source mapping reads from, and its messages wait for
ever. On AWS a queue keeps its URL:
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
"""
from ministack.core.responses import get_account_id, get_region
from ministack.services import sqs


def apply() -> None:
    url_now = sqs._queue_url

    def url_of(name: str) -> str:
        return sqs._queue_name_to_url.get_scoped(get_account_id(), get_region(), name) or url_now(name)

    sqs._queue_url = url_of
