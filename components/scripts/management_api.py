"""RabbitMQ's management API, for the lengths of queues: asked only where it was named, and verified as the broker."""

from __future__ import annotations

import importlib
import os
from typing import Any, Dict, List

from broker_url import broker_urls
from flower_install import Refusal, demand, replace_method

PROBLEM = "its calls of RabbitMQ's management API cannot be made safe"


def guard_management_api() -> None:
    """
    Change how Flower calls it.

    Without a URL, Flower makes one up of the broker's, plain HTTP on port 15672 whatever the broker's scheme, and sends
    the broker's password there whenever somebody opens the page of queues. For HTTPS it looks for the CA under the name
    that Redis has for it, and so takes the system's for every RabbitMQ.
    """
    rabbitmq = importlib.import_module("flower.utils.broker").RabbitMQ
    url = os.environ.get("FLOWER_BROKER_API")
    if not url:
        replace_method(rabbitmq, "queues", lambda _queues: _no_queues, PROBLEM)
        return
    schemes = {each.scheme for each in broker_urls(demand("CELERY_BROKER_URL"))}
    if url.lower().startswith("http://") and "amqps" in schemes:
        raise Refusal(
            "The management API's URL is http://, so its password would cross the network in the clear, and the broker "
            "is amqps://. Use https:// and its port, 15671 by default, in broker.managementApiUrl."
        )
    replace_method(rabbitmq, "_tls_kwargs", lambda _tls_kwargs: _verified, PROBLEM)


async def _no_queues(_broker: Any, _names: Any) -> List[Any]:
    return []


def _verified(_broker: Any) -> Dict[str, Any]:
    return {"validate_cert": True, "ca_certs": os.environ.get("BROKER_CA_FILE")}
