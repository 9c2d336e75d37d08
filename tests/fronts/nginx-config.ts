import { CLEARED_HEADERS } from '../../runtime/proxy/checks/forward-auth/cleared-headers.ts'

/** Addresses without a scheme: `127.0.0.1:8080`. */
export interface NginxConfig {
  /** The listener for checks, with `original: x-original`. */
  readonly checks: string
  /** The listener that serves `/.iap/` and `/.well-known/iap/`. */
  readonly proxy: string
  readonly service: string
  /** Whether nginx reuses connections for checks. Default: true. */
  readonly keepalive?: boolean
}

/** Returns the section `http` of an nginx that asks for a decision about each request, with two blocks `server`. */
export function nginxConfig({ checks, proxy, service, keepalive = true }: NginxConfig): (port: number, http2: number) => string {
  const written = ['x-forwarded-host', 'x-forwarded-proto']
  const cleared = CLEARED_HEADERS.filter((name) => !written.includes(name)).map((name) => `proxy_set_header ${name} "";`)
  return (port, http2) => `
  # The path that was decided is the path that is forwarded.
  merge_slashes off;
  proxy_http_version 1.1;
  proxy_buffer_size 32k;
  proxy_buffers 8 32k;
  upstream checks { server ${checks}; ${keepalive ? 'keepalive 16;' : ''} }
  # Other protocols than WebSocket would pass what nobody decides.
  map $http_upgrade $iap_upgrade { default ''; '~*^websocket$' websocket; }
  map $iap_upgrade $iap_connection { default ''; websocket upgrade; }
  ${['app.test app.localhost', 'block.test'].map((names) => server(names, port, http2)).join('\n  ')}
`
  function server(names: string, port: number, http2: number): string {
    return `server {
    listen 127.0.0.1:${port};
    listen 127.0.0.1:${http2} http2;
    server_name ${names};
    large_client_header_buffers 4 32k;

    # The host of a URL as target selects the block, and the check states \`Host\`.
    if ($request !~ "^[A-Z-]+ /") { return 400; }

    location / {
      auth_request /.iap-check;
      auth_request_set $iap_refusal $upstream_http_x_iap_refusal;
      auth_request_set $iap_assertion $upstream_http_x_iap_assertion;
      auth_request_set $iap_request_id $upstream_http_x_iap_request_id;
      auth_request_set $iap_cookie $upstream_http_cookie;
      auth_request_set $iap_authorization $upstream_http_authorization;
      auth_request_set $iap_dpop $upstream_http_dpop;
      auth_request_set $iap_api_key $upstream_http_x_api_key;
      auth_request_set $iap_tier $upstream_http_x_tier;
      error_page 401 403 = @iap;
      # Without a URI, so that nginx forwards the path as the client sent it.
      proxy_pass http://${service};
      proxy_set_header Host $http_host;
      proxy_set_header X-Iap-Assertion $iap_assertion;
      proxy_set_header X-Iap-Request-Id $iap_request_id;
      proxy_set_header X-Tier $iap_tier;
      proxy_set_header Cookie $iap_cookie;
      proxy_set_header Authorization $iap_authorization;
      proxy_set_header DPoP $iap_dpop;
      proxy_set_header X-Api-Key $iap_api_key;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Host $http_host;
      ${cleared.join('\n      ')}
      proxy_set_header Upgrade $iap_upgrade;
      proxy_set_header Connection $iap_connection;
    }

    location = /.iap-check {
      internal;
      ${ORIGINAL.join('\n      ')}
      proxy_set_header X-Iap-Refusal "";
      proxy_pass http://checks;
    }

    location @iap {
      ${ORIGINAL.join('\n      ')}
      proxy_set_header X-Iap-Refusal $iap_refusal;
      rewrite ^ /.iap/refusal? break;
      proxy_pass http://checks;
    }

    location ~ ^/(\\.iap|\\.well-known/iap)/ {
      proxy_pass http://${proxy};
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
    }
  }`
  }
}

/** The original request, in both requests to the listener for checks. Neither has a body. */
const ORIGINAL: readonly string[] = [
  'proxy_set_header X-Original-Method $request_method;',
  'proxy_set_header X-Original-URL $scheme://$http_host$request_uri;',
  'proxy_set_header X-Forwarded-For $remote_addr;',
  'proxy_pass_request_body off;',
  'proxy_set_header Content-Length "";',
  'proxy_set_header Connection "";',
  // A local machine does not wait long for a decision.
  'proxy_connect_timeout 2s;',
]
