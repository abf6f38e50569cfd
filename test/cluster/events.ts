import { python, type Place } from "./probes";

/** What a worker tells of a task, on the queue that Flower listens to. https://docs.celeryq.dev/en/stable/userguide/monitoring.html#events */
const TELL = `
import sys
from celery import Celery
app = Celery(broker=sys.argv[1])
with app.connection_for_write() as connection, app.events.Dispatcher(connection, hostname="worker@test") as dispatcher:
    dispatcher.send("worker-online", freq=2, sw_ident="test", sw_ver="1", sw_sys="test")
    task = {"uuid": sys.argv[2], "name": "tests.work"}
    dispatcher.send("task-received", args="()", kwargs="{}", retries=0, eta=None, **task)
    dispatcher.send("task-started", **task)
    dispatcher.send("task-succeeded", result="'done'", runtime=0.1, **task)
`;

/** Tells of a task that was done, from a pod with Flower's image that reaches the broker. */
export async function tellOfTask(from: Place, brokerUrl: string, uuid: string): Promise<void> {
  await python(from, TELL, brokerUrl, uuid);
}
