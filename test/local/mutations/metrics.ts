import { changed, objectNamed, replaced, withScript } from "../client/objects";
import type { Mutation } from "../mutations";
import { edit } from "./nginxConf";

/** What metrics, and those who may scrape them, are held by. */
export const metricsMutations: readonly Mutation[] = [
  {
    control: "metrics",
    without: "measures of its own",
    caughtBy: "the scraper sees",
    change: (objects) =>
      withScript(objects, "metrics.py", (text) =>
        replaced(text, "    events.on_event = noted\n", "    gauge.set(1)\n"),
      ),
  },
  {
    control: "metrics",
    without: "a count",
    caughtBy: "wrong log-ins are counted",
    change: (objects) => withScript(objects, "metrics.py", (text) => replaced(text, "counter.inc()", "pass")),
  },
  {
    control: "metrics",
    without: "a look at whether there is a log-in",
    caughtBy: "wrong log-ins are counted",
    change: (objects) =>
      withScript(objects, "metrics.py", (text) =>
        replaced(text, 'handler.request.headers.get("Authorization")', "True"),
      ),
  },
  {
    control: "metrics",
    without: "a certificate",
    caughtBy: "nobody but the scraper",
    change: edit([/(listen 9090 [^\n]*\n)/, "$1    ssl_verify_client off;\n"]),
  },
  {
    control: "metrics",
    without: "an authority of its own",
    caughtBy: "nobody but the scraper",
    change: (objects) =>
      changed(objects, (copy) => {
        const data = objectNamed(copy, "Secret", "queues-server-tls").stringData as Record<string, string>;
        data["metrics-ca.crt"] = `${data["metrics-ca.crt"]}${data["ca.crt"]}`;
      }),
  },
  {
    control: "metrics",
    without: "an authority of the controller's own",
    caughtBy: "the scraper's certificate opens",
    change: (objects) =>
      changed(objects, (copy) => {
        const data = objectNamed(copy, "Secret", "queues-server-tls").stringData as Record<string, string>;
        data["ca.crt"] = `${data["ca.crt"]}${data["metrics-ca.crt"]}`;
      }),
  },
  {
    control: "metrics",
    without: "a look at the raw path",
    caughtBy: "the scraper gets metrics",
    change: edit([/ {6}if \(\$request_uri != \/metrics\) \{\n.*\n {6}\}\n/, ""]),
  },
  {
    control: "metrics",
    without: "a look at the method",
    caughtBy: "the scraper gets metrics",
    change: edit([/ {6}if \(\$request_method != GET\) \{\n.*\n {6}\}\n/, ""]),
  },
];
