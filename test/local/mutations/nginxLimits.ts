import type { Mutation } from "../mutations";
import { edit } from "./nginxConf";

const FLOOD = "a flood of wrong passwords";
const MANY_ADDRESSES = "guesses from ever new addresses";
const NETWORK = "connections and requests from ever new addresses";
const SIZES = "bodies, headers and targets";
// nginx refuses another key for a zone that it has: a zone of another name, then.
const limits: Mutation[] = [
  {
    control: "brute-force",
    without: "a limit of guesses",
    caughtBy: FLOOD,
    change: edit([/limit_req zone=\w+_guesses .*;/g, ""]),
  },
  {
    control: "brute-force",
    without: "a difference between guesses and log-ins",
    caughtBy: FLOOD,
    change: edit([/include \/run\/logins\/\w+\.map;/g, ""]),
  },
  {
    control: "brute-force",
    without: "lists of log-ins by role",
    caughtBy: "the other role's log-in counts",
    change: edit(["include /run/logins/admin.map;", "include /run/logins/*.map;"]),
  },
  {
    control: "brute-force",
    without: "a count of whole networks",
    caughtBy: MANY_ADDRESSES,
    change: edit([/default \$client_network;/g, "default $client;"]),
  },
  {
    control: "brute-force",
    without: "the zeros of a network's name",
    caughtBy: MANY_ADDRESSES,
    change: edit(["$network_2:0:0;", "$client;"]),
  },
  {
    control: "limits",
    without: "a time for headers",
    caughtBy: "a connection whose headers trickle",
    change: edit(["client_header_timeout 10s;", "client_header_timeout 90s;"]),
  },
  {
    control: "limits",
    without: "a time for bodies",
    caughtBy: "a connection whose body stalls",
    change: edit(["client_body_timeout 10s;", "client_body_timeout 90s;"]),
  },
  {
    control: "limits",
    without: "a size of bodies",
    caughtBy: SIZES,
    change: edit([/client_max_body_size \d+k;/g, "client_max_body_size 0;"]),
  },
  {
    control: "limits",
    without: "a size of headers",
    caughtBy: SIZES,
    change: edit(["large_client_header_buffers 4 8k;", "large_client_header_buffers 16 64k;"]),
  },
  {
    control: "limits",
    without: "a limit of connections",
    caughtBy: "one client holds at most",
    change: edit([/limit_conn connections \d+;/g, ""]),
  },
  {
    control: "limits",
    without: "a limit of requests",
    caughtBy: "one client's flood",
    change: edit([/limit_req zone=requests .*;/g, ""]),
  },
  {
    control: "limits",
    without: "a limit of a network's connections",
    caughtBy: NETWORK,
    change: edit(
      ["limit_conn_zone $client_network zone=connections:", "limit_conn_zone $client zone=addresses:"],
      [/limit_conn connections /g, "limit_conn addresses "],
    ),
  },
  {
    control: "limits",
    without: "a limit of a network's requests",
    caughtBy: NETWORK,
    change: edit(
      ["limit_req_zone $client_network zone=requests:", "limit_req_zone $client zone=addresses:"],
      [/limit_req zone=requests /g, "limit_req zone=addresses "],
    ),
  },
  {
    control: "limits",
    without: "result calls that do not wait",
    caughtBy: "no result call waits",
    change: edit([/result \$raw_path;/g, ""]),
  },
];

const STRANGERS = "a neighbour without the controller's certificate";
const STRANGER_PAGE = [/error_page 495 496 497 = @stranger;/g, ""] as const;
const transport: Mutation[] = [
  {
    control: "mutual-tls",
    without: "asking for a certificate",
    caughtBy: STRANGERS,
    change: edit(["ssl_verify_client on;", "ssl_verify_client off;"]),
  },
  {
    control: "mutual-tls",
    without: "demanding a certificate",
    caughtBy: STRANGERS,
    change: edit(["ssl_verify_client on;", "ssl_verify_client optional;"]),
  },
  {
    control: "mutual-tls",
    without: "verifying the certificate",
    caughtBy: STRANGERS,
    change: edit(["ssl_verify_client on;", "ssl_verify_client optional_no_ca;"]),
  },
  { control: "mutual-tls", without: "silence to strangers", caughtBy: STRANGERS, change: edit(STRANGER_PAGE) },
  {
    control: "mutual-tls",
    without: "silence to plain HTTP",
    caughtBy: "plain HTTP at the pod's TLS port",
    change: edit(STRANGER_PAGE),
  },
  {
    control: "mutual-tls",
    without: "verifying dates and uses",
    caughtBy: "of certificates of the right authority",
    change: edit(["ssl_verify_client on;", "ssl_verify_client optional_no_ca;"]),
  },
  {
    control: "tls",
    without: "a refusal of old versions",
    caughtBy: "TLS 1.0 and 1.1 are refused",
    change: edit(
      ["ssl_protocols TLSv1.2 TLSv1.3;", "ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;"],
      [/ssl_ciphers .*;/, "ssl_ciphers DEFAULT:@SECLEVEL=0;"],
    ),
  },
  {
    control: "tls",
    without: "a list of ciphers",
    caughtBy: "the pod takes no cipher",
    change: edit([/ssl_ciphers .*;/, "ssl_ciphers ALL:@SECLEVEL=0;"]),
  },
  {
    control: "tls",
    without: "a fixed URL of the entry",
    caughtBy: "the entry without its slash",
    change: edit([/return 301 https:\/\/[^/]+/g, "return 301 "]),
  },
  {
    control: "loopback",
    without: "a health port for health only",
    caughtBy: "the health port says nothing",
    change: edit([/(listen 8081;[\s\S]*location \/ \{\s+)return 404;/, "$1proxy_pass http://viewer;"]),
  },
  {
    control: "loopback",
    without: "a closed port",
    caughtBy: "nothing listens in the pod",
    change: edit([/(server \{\s+listen 8081;)/, "server { listen 9999; return 204; }\n  $1"]),
  },
];

const LOGS = "no secret is in any log";
const others: Mutation[] = [
  {
    control: "secrets",
    without: "paths that are logged without their query",
    caughtBy: LOGS,
    change: edit(['"path":"$raw_path"', '"path":"$request_uri"']),
  },
  {
    control: "secrets",
    without: "silence of the error log",
    caughtBy: LOGS,
    change: edit(["error_log stderr crit;", "error_log stderr error;"]),
  },
  {
    control: "live-updates",
    without: "the table's POST",
    caughtBy: "a new task is in both",
    change: edit(["(?:GET|POST) /flower/tasks/datatable", "GET /flower/tasks/datatable"]),
  },
  {
    control: "live-updates",
    without: "the upgrade's header",
    caughtBy: "a Flower with WebSockets",
    change: edit(["proxy_set_header Upgrade $upgrade;", ""]),
  },
  {
    control: "live-updates",
    without: "the upgrade's connection",
    caughtBy: "a Flower with WebSockets",
    change: edit(["proxy_set_header Connection $connection_upgrade;", 'proxy_set_header Connection "";']),
  },
  {
    control: "live-updates",
    without: "patience with upgrades",
    caughtBy: "a request for a WebSocket",
    change: edit([/(server_name flower\S*;)/g, "$1 if ($http_upgrade) { return 403; }"]),
  },
];

/** What nginx.conf holds limits, TLS and the log by, piece by piece. */
export const nginxLimitMutations: readonly Mutation[] = [...limits, ...transport, ...others];
