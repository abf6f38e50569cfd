import { PREFIX } from "../client/client";

/** One of Flower's 14 control endpoints, aimed at what is really there. */
export interface ControlCall {
  /** Below the prefix, without a slash before it. */
  readonly path: string;
  readonly query: string;
}

const call = (path: string, query = ""): ControlCall => ({ path, query });

/** All 14, as a call that would do something. https://flower.readthedocs.io/en/latest/api.html */
export const CONTROL_CALLS: readonly ControlCall[] = [
  call("api/task/revoke/no-such-task", "?terminate=true"),
  call("api/worker/shutdown/worker@shop"),
  call("api/worker/pool/restart/worker@shop"),
  call("api/worker/pool/grow/worker@shop", "?n=1"),
  call("api/worker/pool/shrink/worker@shop", "?n=1"),
  call("api/worker/pool/autoscale/worker@shop", "?min=1&max=9"),
  call("api/worker/queue/add-consumer/worker@shop", "?queue=stolen"),
  call("api/worker/queue/cancel-consumer/worker@shop", "?queue=celery"),
  call("api/task/apply/shop.send_receipt"),
  call("api/task/async-apply/shop.send_receipt"),
  call("api/task/send-task/shop.send_receipt"),
  call("api/task/abort/no-such-task"),
  call("api/task/timeout/shop.send_receipt", "?workername=worker@shop&soft=1"),
  call("api/task/rate-limit/shop.send_receipt", "?workername=worker@shop&ratelimit=1/h"),
];

/** A call's whole target. */
export function targetOf({ path, query }: ControlCall): string {
  return `${PREFIX}/${path}${query}`;
}

/** What a call has for a body. */
export const CONTROL_BODY = '{"args":[1]}';
