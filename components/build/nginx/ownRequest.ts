/** A request of nginx' own to Flower: nothing of the client's goes with it. https://nginx.org/en/docs/http/ngx_http_proxy_module.html */
export function ownRequest(): string[] {
  return [
    "proxy_pass_request_body off;",
    "proxy_pass_request_headers off;",
    'proxy_set_header Connection "";',
    // Without this the length of a body that is not passed on would be, and Flower would wait for it.
    'proxy_set_header Content-Length "";',
    "proxy_http_version 1.1;",
    "proxy_connect_timeout 2s;",
  ];
}
