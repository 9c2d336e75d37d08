/** Where Envoy of a run listens, and what it talks to. */
export interface EnvoyPlan {
  /** Port of a listener whose checks have raw headers and bodies. */
  readonly raw: number
  /** Port of a listener whose checks have merged headers and no bodies. */
  readonly merged: number
  /** Port of a listener whose checks have only some headers. */
  readonly filtered: number
  /** Port of a listener over TLS, whose clients may show a certificate. */
  readonly secure: number
  readonly service: number
  /** Path of the Unix socket at which checks are answered. */
  readonly socket: string
  /** Path of the access log. */
  readonly log: string
  /** Paths of files in PEM. */
  readonly tls: { readonly cert: string; readonly key: string; readonly clientCa: string }
}

/** Bytes of a body that Envoy sends with a check. */
export const MAX_BODY = 64

const TYPES = 'type.googleapis.com/envoy.extensions'

/** Returns Envoy's configuration as JSON. */
export function envoyConfiguration({ raw, merged, filtered, secure, service, socket, log, tls }: EnvoyPlan): string {
  const whole = {
    encode_raw_headers: true,
    include_peer_certificate: true,
    with_request_body: { max_request_bytes: MAX_BODY, allow_partial_message: true, pack_as_bytes: true },
  }
  return JSON.stringify({
    static_resources: {
      listeners: [
        listener(raw, log, whole),
        listener(merged, log, {}),
        listener(filtered, log, { ...whole, allowed_headers: { patterns: [{ exact: 'accept' }] } }),
        { ...listener(secure, log, whole, transport(tls)), listener_filters: [] },
      ],
      clusters: [cluster('service', at(service)), { ...cluster('iap', { pipe: { path: socket } }), ...HTTP2 }],
    },
  })
}

const at = (port: number) => ({ socket_address: { address: '127.0.0.1', port_value: port } })

const HTTP2 = {
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      '@type': `${TYPES}.upstreams.http.v3.HttpProtocolOptions`,
      explicit_http_config: { http2_protocol_options: {} },
    },
  },
}

function cluster(name: string, address: object): object {
  return {
    name,
    type: 'STATIC',
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] },
  }
}

function transport({ cert, key, clientCa }: EnvoyPlan['tls']): object {
  const context = {
    alpn_protocols: ['h2', 'http/1.1'],
    tls_certificates: [{ certificate_chain: { filename: cert }, private_key: { filename: key } }],
    validation_context: { trusted_ca: { filename: clientCa } },
  }
  const config = { '@type': `${TYPES}.transport_sockets.tls.v3.DownstreamTlsContext`, common_tls_context: context }
  return { transport_socket: { name: 'envoy.transport_sockets.tls', typed_config: config } }
}

/** Paths whose route leads to another service than the one of the policy. */
export const ELSEWHERE = '/open/elsewhere'

/** Names the service of the policy to which routes lead. */
function leadsTo(service: string): object {
  const type = `${TYPES}.filters.http.ext_authz.v3.ExtAuthzPerRoute`
  const settings = { '@type': type, check_settings: { context_extensions: { 'iap-service': service } } }
  return { typed_per_filter_config: { 'envoy.filters.http.ext_authz': settings } }
}

function listener(port: number, log: string, authz: object, more: object = {}): object {
  const manager = {
    '@type': `${TYPES}.filters.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: `l${port}`,
    // The address of the peer, not one that the client claims.
    use_remote_address: true,
    upgrade_configs: [{ upgrade_type: 'websocket' }],
    route_config: {
      // A host is routed as the policy decides about it.
      ignore_port_in_host_matching: true,
      virtual_hosts: [
        {
          ...{ name: 'all', domains: ['*'] },
          routes: [
            { match: { prefix: ELSEWHERE }, route: { cluster: 'service' }, ...leadsTo('other') },
            { match: { prefix: '/' }, route: { cluster: 'service' } },
          ],
          ...leadsTo('app'),
        },
      ],
    },
    access_log: [accessLog(log)],
    http_filters: [
      {
        name: 'envoy.filters.http.ext_authz',
        typed_config: {
          '@type': `${TYPES}.filters.http.ext_authz.v3.ExtAuthz`,
          transport_api_version: 'V3',
          failure_mode_allow: false,
          grpc_service: { envoy_grpc: { cluster_name: 'iap' }, timeout: '5s' },
          ...authz,
        },
      },
      { name: 'envoy.filters.http.router', typed_config: { '@type': `${TYPES}.filters.http.router.v3.Router` } },
    ],
  }
  const filters = [{ name: 'envoy.filters.network.http_connection_manager', typed_config: manager }]
  return { name: `l${port}`, address: at(port), filter_chains: [{ filters, ...more }] }
}

/** Writes what the decision says of the caller. */
function accessLog(path: string): object {
  const field = (name: string) => `%DYNAMIC_METADATA(envoy.filters.http.ext_authz:${name})%`
  const format = { path: '%REQ(:PATH)%', status: '%RESPONSE_CODE%', subject: field('subject') }
  const decided = { ...format, service: field('service'), rule: field('rule') }
  return {
    name: 'envoy.access_loggers.file',
    typed_config: { '@type': `${TYPES}.access_loggers.file.v3.FileAccessLog`, path, log_format: { json_format: decided } },
  }
}
