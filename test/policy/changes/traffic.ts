import { env, FLOWER, inPod, NGINX, POD, variable, type Change } from "./change";

const ALL_PORTS: Change = { what: "", kind: "NetworkPolicy", path: ["spec", "ingress", 0, "ports"] };
const PAST: Change = { what: "", kind: "Service", path: ["spec", "ports", 1], value: { port: 80, targetPort: 5555 } };
const ANYWHERE: Change = inPod("", [...env(0), "value"], "0.0.0.0");

export const LOOPBACK: readonly Change[] = [
  { ...ANYWHERE, what: "every address, and a policy without ports", and: [ALL_PORTS], says: /no NetworkPolicy closes/ },
  { ...ANYWHERE, what: "every address, and a Service that leads to it", and: [PAST], says: /past the sidecar/ },
  {
    ...ANYWHERE,
    what: "every address, and no port of a sidecar",
    and: [inPod("", [...NGINX, "ports"])],
    says: /no sidecar/,
  },
  {
    ...ANYWHERE,
    what: "every address, and a policy that opens its port",
    and: [{ ...ALL_PORTS, value: [{ port: 5000, endPort: 6000 }] }],
    says: /0\.0\.0\.0/,
  },
  inPod("no address", env(0), variable("FLOWER_ADRESS", "127.0.0.1"), { and: [ALL_PORTS], says: /every address/ }),
  inPod("an argument that wins over the variable", [...FLOWER, "args"], ["celery", "flower", "--address=::"], {
    and: [ALL_PORTS],
  }),
  { ...ANYWHERE, what: "every address, where only a sidecar's port is open", keeps: true },
  inPod("an IPv6 loopback address", [...env(0), "value"], "::1", { keeps: true }),
  inPod("an argument with a variable in it", [...FLOWER, "args"], ["celery", "flower", "--address=$(FLOWER_ADDRESS)"], {
    keeps: true,
  }),
  inPod(
    "a script that a shell expands",
    [...FLOWER, "args"],
    ["sh", "-c", 'exec celery flower --address="127.0.0.1"'],
    { keeps: true },
  ),
];

export const CLUSTER_IP: readonly Change[] = [
  { what: "a LoadBalancer", kind: "Service", path: ["spec", "type"], value: "LoadBalancer", says: /LoadBalancer/ },
  { what: "a NodePort", kind: "Service", path: ["spec", "type"], value: "NodePort" },
  {
    what: "external addresses",
    kind: "Service",
    path: ["spec", "externalIPs"],
    value: ["192.0.2.1"],
    says: /externalIPs/,
  },
  inPod("a port of the node", [...NGINX, "ports", 0, "hostPort"], 8443, { also: ["pod"], says: /8443/ }),
  inPod("the node's network", [...POD, "hostNetwork"], true, { also: ["pod"], says: /hostNetwork/ }),
  { what: "a headless Service", kind: "Service", path: ["spec", "clusterIP"], value: "None", keeps: true },
];

export const AUTHENTICATION: readonly Change[] = [
  inPod("no log-in", env(5), variable("OTHER", "1"), { says: /neither/ }),
  inPod("an empty log-in", env(5), variable("FLOWER_BASIC_AUTH", ""), { says: /empty/ }),
  inPod("a misspelled variable", [...env(5), "name"], "FLOWER_BASICAUTH"),
  inPod("a Secret that may be absent", [...env(5), "valueFrom", "secretKeyRef", "optional"], true, {
    says: /optional/,
  }),
  inPod("an open API", [...FLOWER, "env", 7], variable("FLOWER_UNAUTHENTICATED_API", "true"), {
    says: /UNAUTHENTICATED/,
  }),
  inPod("a pattern without a provider", env(5), variable("FLOWER_AUTH", "ana@example.com"), { says: /auth_provider/ }),
  {
    what: "a configuration file that empties it",
    kind: "Deployment",
    path: [...FLOWER, "args"],
    value: ["celery", "flower", "--basic_auth="],
  },
];

export const PATTERN: readonly Change[] = [
  ".*",
  ".*@.*",
  "*@*.com",
  ".*@gmail.com",
  ".*@example\\.com$",
  "^ana@example.com",
  "a*b*@example.com",
].map((pattern): Change =>
  inPod(
    `${pattern}, which is too much or nobody`,
    [...FLOWER, "args"],
    ["celery", "flower", `--auth=${pattern}`, "--auth_provider=flower.views.auth.GithubLoginHandler"],
  ),
);
export const PATTERNS_KEPT: readonly Change[] = [
  ".*@example.com",
  "ana@gmail.com",
  "ana@example.com|ben+x@example.com",
].map((pattern) =>
  inPod(pattern, [...FLOWER, "args"], ["celery", "flower", `--auth=${pattern}`, "--auth_provider=x"], {
    keeps: true,
  }),
);

export const SECRETS: readonly Change[] = [
  inPod("a log-in in the arguments", [...FLOWER, "args"], ["celery", "flower", "--basic_auth=ana:wonderland"], {
    says: /argument/,
  }),
  inPod("a log-in in a shell's script", [...FLOWER, "args"], ["sh", "-c", "celery flower --basic-auth=ana:wonderland"]),
  inPod(
    "the guide's own command substitution",
    [...FLOWER, "args"],
    ["sh", "-c", 'celery flower --basic_auth="ops:$(cat /run/secrets/pw)"'],
    { says: /process listing/ },
  ),
  inPod(
    "a Secret expanded into the arguments",
    [...FLOWER, "args"],
    ["celery", "-b", "$(CELERY_BROKER_URL)", "flower"],
    { says: /process listing/ },
  ),
  inPod(
    "a Secret that a shell expands into them",
    [...FLOWER, "args"],
    ["sh", "-c", "celery flower --basic_auth=${FLOWER_BASIC_AUTH}"],
  ),
  inPod("a broker URL with its password", env(6), variable("CELERY_BROKER_URL", "redis://:hunter2@redis:6379/0"), {
    says: /CELERY_BROKER_URL.*URL/,
  }),
  inPod("a log-in in a plain variable", env(5), variable("FLOWER_BASIC_AUTH", "ana:wonderland"), { says: /password/ }),
  inPod(
    "a cookie secret in a plain variable",
    [...FLOWER, "env", 7],
    variable("FLOWER_COOKIE_SECRET", "9fK2mQ8xLw4ZrT7pVb3N"),
  ),
  inPod("a private key", [...FLOWER, "env", 7], variable("TLS_KEY", "-----BEGIN EC PRIVATE KEY-----\nMHcCAQ\n"), {
    says: /private key/,
  }),
  inPod("a header of a probe", [...NGINX, "readinessProbe"], {
    httpGet: { port: "https", httpHeaders: [{ name: "Authorization", value: "Basic YW5hOndvbmRlcmxhbmQ=" }] },
  }),
  inPod(
    "an annotation",
    ["spec", "template", "metadata", "annotations", "example.com/token"],
    "ghp_1234567890abcdefghijklmnopqrstuvwxyz",
    { says: /GitHub/ },
  ),
  inPod("a probe's command", [...FLOWER, "livenessProbe"], {
    exec: { command: ["curl", "-u", "x", "http://ana:wonderland@localhost:5555/"] },
  }),
  inPod(
    "a URL composed of a Secret",
    env(6),
    variable("CELERY_BROKER_URL", "redis://:$(REDIS_PASSWORD)@redis:6379/0"),
    { keeps: true },
  ),
  inPod("a broker URL without a password", env(6), variable("CELERY_BROKER_URL", "redis://redis:6379/0"), {
    keeps: true,
  }),
  inPod("the path of a password", [...FLOWER, "env", 7], variable("REDIS_PASSWORD", "/run/secrets/redis"), {
    keeps: true,
  }),
  inPod("words that only speak of secrets", [...FLOWER, "env", 7], variable("AUTH_TOKEN", "disabled"), { keeps: true }),
  inPod(
    "a digest in an annotation",
    ["spec", "template", "metadata", "annotations", "checksum/secret"],
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".slice(0, 8),
    { keeps: true },
  ),
];

export const CONFIG_MAP: readonly Change[] = [
  {
    what: "a broker URL",
    kind: "ConfigMap",
    path: ["data", "CELERY_BROKER_URL"],
    value: "amqp://guest:guest@rabbitmq//",
    says: /URL/,
  },
  { what: "a password", kind: "ConfigMap", path: ["data", "FLOWER_PASSWORD"], value: "wonderland", says: /password/ },
  {
    what: "a secret within a file",
    kind: "ConfigMap",
    name: "flower-nginx",
    path: ["data", "app.ini"],
    value: "[x]\napi_key = 9fK2mQ8xLw4ZrT7pVb3N\n",
  },
  {
    what: "a private key",
    kind: "ConfigMap",
    name: "flower-nginx",
    path: ["data", "tls.key"],
    value: "-----BEGIN PRIVATE KEY-----\nMIIE\n",
  },
  {
    what: "an annotation of the Service",
    kind: "Service",
    path: ["metadata", "annotations"],
    value: { "example.com/password": "wonderland" },
  },
  {
    what: "code that reads a password",
    kind: "ConfigMap",
    name: "flower-nginx",
    path: ["data", "x.py"],
    value: 'password = os.environ["PASSWORD"]\ntoken: str = read(9)\n',
    keeps: true,
  },
];

export const TLS: readonly Change[] = [
  { what: "no certificate", kind: "Ingress", path: ["spec", "tls"], says: /spec\.tls/ },
  {
    what: "a certificate for another host",
    kind: "Ingress",
    path: ["spec", "tls", 0, "hosts", 0],
    value: "x.example.com",
    says: /queues\.example\.com/,
  },
  {
    what: "the redirect turned off",
    kind: "Ingress",
    path: ["metadata", "annotations", "nginx.ingress.kubernetes.io/ssl-redirect"],
    value: "false",
  },
  { what: "a wildcard", kind: "Ingress", path: ["spec", "tls", 0, "hosts", 0], value: "*.example.com", keeps: true },
  { what: "the controller's default certificate", kind: "Ingress", path: ["spec", "tls"], value: [{}], keeps: true },
];

export const READ_ONLY: readonly Change[] = [
  inPod("full control", [...env(1), "value"], "false"),
  inPod("an unset variable", [...env(1), "name"], "FLOWER_READONLY"),
  inPod("an argument that wins", [...FLOWER, "args"], ["celery", "flower", "--read_only=False"]),
  inPod("the argument alone", [...FLOWER, "args"], ["celery", "flower", "--read_only"], { keeps: true }),
];

const POLICY = "NetworkPolicy";
export const ISOLATION: readonly Change[] = [
  { what: "no policy", kind: POLICY, path: [], says: /no NetworkPolicy/ },
  {
    what: "a policy of another pod",
    kind: POLICY,
    path: ["spec", "podSelector", "matchLabels", "app"],
    value: "flowers",
  },
  { what: "a policy of another namespace", kind: POLICY, path: ["metadata", "namespace"], value: "other" },
  { what: "one direction", kind: POLICY, path: ["spec", "policyTypes"], value: ["Ingress"], says: /Egress/ },
  { what: "a rule without peers", kind: POLICY, path: ["spec", "ingress", 0, "from"], says: /everybody/ },
  {
    what: "every namespace",
    kind: POLICY,
    path: ["spec", "ingress", 0, "from", 0],
    value: { namespaceSelector: {} },
    says: /every namespace/,
  },
  {
    what: "its whole own namespace",
    kind: POLICY,
    path: ["spec", "ingress", 0, "from", 0],
    value: { podSelector: {} },
  },
  {
    what: "every address",
    kind: POLICY,
    path: ["spec", "ingress", 0, "from", 0],
    value: { ipBlock: { cidr: "0.0.0.0/0" } },
  },
  {
    what: "half of all addresses",
    kind: POLICY,
    path: ["spec", "ingress", 0, "from", 0],
    value: { ipBlock: { cidr: "128.0.0.0/1" } },
  },
  { what: "an open way out", kind: POLICY, path: ["spec", "egress", 1], value: {}, says: /lets out/ },
  {
    what: "443 to anywhere without an identity provider",
    kind: POLICY,
    path: ["spec", "egress", 1],
    value: { ports: [{ port: 443 }] },
  },
  {
    what: "DNS anywhere",
    kind: POLICY,
    path: ["spec", "egress", 1],
    value: { ports: [{ port: 53, protocol: "UDP" }] },
    keeps: true,
  },
  { what: "a policy of all pods", kind: POLICY, path: ["spec", "podSelector"], value: {}, keeps: true },
  {
    what: "a selector by expression",
    kind: POLICY,
    path: ["spec", "podSelector"],
    value: { matchExpressions: [{ key: "app", operator: "In", values: ["flower"] }] },
    keeps: true,
  },
];
