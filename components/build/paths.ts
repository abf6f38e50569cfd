/** Port of nginx in the pod: the only way in. */
export const HTTPS_PORT = 8443;
/** Port of nginx for the kubelet's probes. */
export const HEALTH_PORT = 8081;

/** Port of nginx for metrics, only where somebody may scrape them. */
export const METRICS_PORT = 9090;

/** Where the pod's volumes are mounted: one source for the pod spec and for the files that name them. */
export const MOUNTS = {
  /** A container's own memory volume, the only place that it can write. */
  tmp: "/tmp",
  /** nginx.conf. */
  nginxConfig: "/etc/nginx/secure-flower",
  /** The pod's certificate, its key and the private CA. */
  serverTls: "/etc/nginx/tls",
  /** The private CA alone, for the process that asks nginx for its certificate. */
  serverCa: "/run/secrets/flower/server-ca",
  /** Flower's static files, laid by the init container. */
  static: "/srv/static",
  /** The list of log-ins by which nginx tells a guess, laid by the init container. */
  logins: "/run/logins",
  /** prepare.py, start.py and what they import. */
  scripts: "/etc/secure-flower",
  /** The Secret of users: file name = user, content = password. */
  users: "/run/secrets/flower/users",
  /** What a Flower process signs its cookies with. */
  cookie: "/run/secrets/flower/cookie",
  /** The volume of the history of tasks: each Flower process sees a folder of its own there. */
  history: "/var/lib/flower",
  /** The client secret of the identity provider. */
  oauthClient: "/run/secrets/flower/oauth",
  /** CA of an identity provider of the user's own. */
  oauthCa: "/run/secrets/flower/oauth-ca",
  /** CA of the broker. */
  brokerCa: "/run/secrets/flower/broker-ca",
  /** Client certificate for the broker. */
  brokerClient: "/run/secrets/flower/broker-client",
} as const;
