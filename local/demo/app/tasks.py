"""A small shop whose tasks succeed, fail, retry and run long, so that the dashboard has something to show."""

import os
import random
import threading
import time

from celery import Celery
from celery.signals import worker_ready

SECONDS_BETWEEN_TASKS = 0.7

app = Celery("shop", broker=os.environ["CELERY_BROKER_URL"], backend=os.environ["CELERY_BROKER_URL"])
app.conf.update(
    broker_connection_retry_on_startup=True,
    result_expires=300,
    task_send_sent_event=True,
    task_track_started=True,
    worker_send_task_events=True,
    # As RedBeat and Sentinel have it: passwords where Celery does not look for them.
    redbeat_redis_url=os.environ["CELERY_BROKER_URL"],
    broker_transport_options={
        "sentinel_kwargs": {"password": os.environ["CELERY_BROKER_URL"].split("@")[0].split(":")[-1]},
        "fallbacks": [os.environ["CELERY_BROKER_URL"]],
    },
)


@app.task(name="shop.send_receipt")
def send_receipt(order):
    """Succeeds at once."""
    time.sleep(random.uniform(0.02, 0.2))
    return f"receipt for order {order} sent"


@app.task(name="shop.resize_photo")
def resize_photo(photo, width):
    """Succeeds after some work."""
    time.sleep(random.uniform(0.3, 1.5))
    return {"photo": photo, "width": width}


@app.task(name="shop.charge_card")
def charge_card(order):
    """Fails."""
    time.sleep(0.1)
    raise ValueError(f"the card for order {order} was declined")


@app.task(name="shop.notify_carrier", bind=True, max_retries=3)
def notify_carrier(self, order):
    """Retries until the carrier answers."""
    if self.request.retries < random.randint(1, 3):
        raise self.retry(exc=ConnectionError("the carrier does not answer"), countdown=2)
    return f"carrier knows of order {order}"


@app.task(name="shop.count_stock")
def count_stock(shelves):
    """Runs long: there is time to revoke it."""
    for _ in range(shelves):
        time.sleep(1)
    return shelves


def one_task():
    """Sends one task; which one is a matter of chance."""
    order = random.randint(1000, 9999)
    choose = random.random()
    if choose < 0.5:
        send_receipt.delay(order)
    elif choose < 0.75:
        resize_photo.delay(f"{order}.jpg", random.choice([320, 640, 1280]))
    elif choose < 0.85:
        charge_card.delay(order)
    elif choose < 0.95:
        notify_carrier.delay(order)
    else:
        count_stock.delay(random.randint(5, 12))


@worker_ready.connect
def start_trickle(**_):
    """Sends tasks for as long as the worker runs, from a thread of its main process."""

    def trickle():
        while True:
            try:
                one_task()
            except Exception as error:  # The broker may be away for a while: a test takes it down.
                print(f"no task sent: {error}", flush=True)
            time.sleep(random.uniform(0.5, 1.5) * SECONDS_BETWEEN_TASKS)

    threading.Thread(target=trickle, name="trickle", daemon=True).start()
