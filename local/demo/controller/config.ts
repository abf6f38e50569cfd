import type { BackendTls, Site } from "./sites";

/** Where the controller listens and what it tells browsers. */
export interface ControllerOptions {
  /** Addresses of its sockets. */
  addresses: readonly string[];
  httpsPort: number;
  httpPort: number;
  /** Folder of the files that `controllerFiles` makes. */
  folder: string;
}

/** The files beside nginx.conf: certificates and keys, by name. */
export function controllerFiles(sites: readonly Site[]): Record<string, Buffer> {
  const files: Record<string, Buffer> = {};
  sites.forEach((site, index) => {
    files[`public-${index}.crt`] = site.certificate.certificate;
    files[`public-${index}.key`] = site.certificate.key;
    const client = site.backend.tls?.client;
    if (client === undefined) return;
    files[`client-${index}.crt`] = client.certificate;
    files[`client-${index}.key`] = client.key;
    if (client.authority !== undefined) files[`backend-${index}.crt`] = client.authority;
  });
  return files;
}

/**
 * The configuration of an nginx that plays ingress-nginx: the same headers, timeouts and buffering by default, the same refusal of names
 * that it does not know. https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/configmap/
 */
export function controllerConfig(sites: readonly Site[], options: ControllerOptions): string {
  const hosts = [...new Set(sites.map((site) => site.host))];
  const numbered = sites.map((site, index) => ({ site, index }));
  return [
    ...["daemon off;", "pid /tmp/nginx.pid;", "error_log stderr warn;", "worker_processes 2;"],
    "events { worker_connections 4096; }",
    "http {",
    ...general(),
    ...numbered.map(
      ({ site, index }) =>
        `upstream site${index} { server ${site.backend.address}:${site.backend.port}; keepalive 320; keepalive_timeout 60s; }`,
    ),
    ...unknownNames(options),
    ...hosts.flatMap((host) => [
      ...plainServer(host, options),
      ...secureServer(
        host,
        numbered.filter(({ site }) => site.host === host),
        options,
      ),
    ]),
    "}",
    "",
  ].join("\n");
}

function general(): string[] {
  return [
    "server_tokens off;",
    "access_log off;",
    ...["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path /tmp/${kind};`),
    "client_max_body_size 1m;",
    "keepalive_timeout 75s;",
    "map $http_upgrade $connection_upgrade { default upgrade; '' ''; }",
    "ssl_protocols TLSv1.2 TLSv1.3;",
    "ssl_session_cache shared:public:10m;",
    "ssl_session_tickets off;",
  ];
}

function listen(options: ControllerOptions, port: number, flags: string): string[] {
  return options.addresses.map((address) => `listen ${address}:${port}${flags};`);
}

function unknownNames(options: ControllerOptions): string[] {
  return [
    `server { ${listen(options, options.httpPort, " default_server").join(" ")} return 444; }`,
    `server { ${listen(options, options.httpsPort, " ssl http2 default_server").join(" ")} ssl_reject_handshake on; return 404; }`,
  ];
}

/** The redirect goes to the configured name and port: nothing of it comes from the request but the path. */
function plainServer(host: string, options: ControllerOptions): string[] {
  const port = options.httpsPort === 443 ? "" : `:${options.httpsPort}`;
  return [
    `server { ${listen(options, options.httpPort, "").join(" ")} server_name ${host};`,
    `  return 301 https://${host}${port}$request_uri;`,
    "}",
  ];
}

function secureServer(
  host: string,
  sites: readonly { site: Site; index: number }[],
  options: ControllerOptions,
): string[] {
  const [first] = sites;
  return [
    `server { ${listen(options, options.httpsPort, " ssl http2").join(" ")} server_name ${host};`,
    `  ssl_certificate ${options.folder}/public-${first?.index}.crt;`,
    `  ssl_certificate_key ${options.folder}/public-${first?.index}.key;`,
    ...sites.flatMap(({ site, index }) => locations(site, index, options)),
    "  location / { return 404; }",
    "}",
  ];
}

function locations(site: Site, index: number, options: ControllerOptions): string[] {
  const body = [...forwarding(site, index), ...(site.backend.tls ? backendTls(site.backend.tls, index, options) : [])];
  const path = site.path.replace(/\/+$/, "");
  // Prefix means whole path elements: /flower and /flower/…, but not /flowers.
  const names = site.exact ? [`= ${site.path}`] : path === "" ? ["^~ /"] : [`= ${path}`, `^~ ${path}/`];
  return names.flatMap((name) => [`  location ${name} {`, ...body.map((line) => `    ${line}`), "  }"]);
}

function forwarding(site: Site, index: number): string[] {
  return [
    `proxy_pass ${site.backend.tls ? "https" : "http"}://site${index};`,
    "proxy_http_version 1.1;",
    "proxy_set_header Host $http_host;",
    "proxy_set_header Upgrade $http_upgrade;",
    "proxy_set_header Connection $connection_upgrade;",
    "proxy_set_header X-Request-ID $request_id;",
    "proxy_set_header X-Real-IP $remote_addr;",
    // What the client sent under this name is dropped, as ingress-nginx does unless it trusts a proxy before it.
    "proxy_set_header X-Forwarded-For $remote_addr;",
    "proxy_set_header X-Forwarded-Host $http_host;",
    "proxy_set_header X-Forwarded-Port $server_port;",
    "proxy_set_header X-Forwarded-Proto $scheme;",
    "proxy_set_header X-Forwarded-Scheme $scheme;",
    "proxy_set_header X-Scheme $scheme;",
    "proxy_set_header X-Original-Forwarded-For $http_x_forwarded_for;",
    'proxy_set_header Proxy "";',
    "proxy_connect_timeout 5s;",
    "proxy_send_timeout 60s;",
    "proxy_read_timeout 60s;",
    "proxy_buffering off;",
    "proxy_redirect off;",
  ];
}

function backendTls(tls: BackendTls, index: number, { folder }: ControllerOptions): string[] {
  return [
    `proxy_ssl_verify ${tls.verify ? "on" : "off"};`,
    `proxy_ssl_verify_depth ${tls.verifyDepth};`,
    `proxy_ssl_server_name ${tls.sendName ? "on" : "off"};`,
    ...(tls.name === undefined ? [] : [`proxy_ssl_name ${tls.name};`]),
    ...(tls.protocols === undefined ? [] : [`proxy_ssl_protocols ${tls.protocols};`]),
    ...(tls.client === undefined
      ? []
      : [
          `proxy_ssl_certificate ${folder}/client-${index}.crt;`,
          `proxy_ssl_certificate_key ${folder}/client-${index}.key;`,
        ]),
    ...(tls.client?.authority === undefined ? [] : [`proxy_ssl_trusted_certificate ${folder}/backend-${index}.crt;`]),
  ];
}
