import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Contestant } from '../contestant.ts'
import { AUDIENCE, type Stage } from '../stage.ts'

const typeOf = (name: string) => `type.googleapis.com/envoy.extensions.${name}`

const JWT_AUTHN = 'Envoy, jwt_authn'

export const envoy: Contestant = {
  name: JWT_AUTHN,
  does: 'keeps verified tokens; decides by RBAC; record',
  bare: false,
  http2: false,
  async start(stage) {
    const issuer = Number(new URL(stage.issuer).port)
    return await startEnvoy(stage, JWT_AUTHN, [jwtAuthn(stage), rbac()], [cluster('issuer', issuer)])
  },
}

/**
 * Starts an Envoy of one thread before the service.
 *
 * @param filters run before the request is forwarded
 * @param more other settings of the connection manager
 */
export async function startEnvoy(
  stage: Stage,
  name: string,
  filters: readonly object[],
  clusters: readonly object[],
  more: object = {},
) {
  const folder = stage.folderFor(name)
  const port = await stage.freePort()
  const manager = {
    '@type': typeOf('filters.network.http_connection_manager.v3.HttpConnectionManager'),
    stat_prefix: 'in',
    use_remote_address: true,
    access_log: [
      {
        name: 'file',
        typed_config: { '@type': typeOf('access_loggers.file.v3.FileAccessLog'), path: join(folder, 'access.log') },
      },
    ],
    http_filters: [...filters, filter('router', { '@type': typeOf('filters.http.router.v3.Router') })],
    ...more,
    route_config: {
      ignore_port_in_host_matching: true,
      virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'service' } }] }],
    },
  }
  const config = {
    static_resources: {
      listeners: [
        {
          address: { socket_address: { address: '127.0.0.1', port_value: port } },
          filter_chains: [{ filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: manager }] }],
        },
      ],
      clusters: [cluster('service', stage.service), ...clusters],
    },
  }
  writeFileSync(join(folder, 'envoy.yaml'), JSON.stringify(config))
  const words = ['-c', join(folder, 'envoy.yaml'), '--concurrency', '1', '--log-level', 'error', '--use-dynamic-base-id']
  return { port, processes: [await stage.run(name, port, join(stage.peers, 'envoy/envoy/_bin/envoy'), words)] }
}

/** Asks an external authorization at a cluster with this name. */
export function extAuthz(name: string): object {
  return filter('ext_authz', {
    '@type': typeOf('filters.http.ext_authz.v3.ExtAuthz'),
    transport_api_version: 'V3',
    failure_mode_allow: false,
    grpc_service: { envoy_grpc: { cluster_name: name }, timeout: '5s' },
  })
}

/** Asks over HTTP/1.1, with a path behind `/check`. */
export function extAuthzHttp(name: string): object {
  const exact = (...names: readonly string[]) => ({ patterns: names.map((each) => ({ exact: each })) })
  const kept = ['x-iap-assertion', 'x-iap-request-id', 'x-forwarded-for', 'x-forwarded-proto', 'cookie', 'authorization']
  return filter('ext_authz', {
    '@type': typeOf('filters.http.ext_authz.v3.ExtAuthz'),
    failure_mode_allow: false,
    allowed_headers: { patterns: [{ safe_regex: { regex: '.*' } }] },
    http_service: {
      server_uri: { uri: `http://${name}`, cluster: name, timeout: '5s' },
      path_prefix: '/check',
      authorization_response: { allowed_upstream_headers: exact(...kept) },
    },
  })
}

/**
 * Settings of the connection manager with which each client has an address of another machine: a client of the machine of Envoy
 * cannot be distinguished from Envoy.
 */
export const otherClients: object = {
  use_remote_address: false,
  early_header_mutation_extensions: [
    {
      name: 'envoy.http.early_header_mutation.header_mutation',
      typed_config: {
        '@type': typeOf('http.early_header_mutation.header_mutation.v3.HeaderMutation'),
        mutations: [
          {
            append: {
              header: { key: 'x-forwarded-for', value: '192.0.2.7' },
              append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
            },
          },
        ],
      },
    },
  ],
}

/** A cluster that is spoken to by HTTP/2 if `http2`. */
export function cluster(name: string, port: number, http2 = false): object {
  const address = { socket_address: { address: '127.0.0.1', port_value: port } }
  const options = {
    '@type': typeOf('upstreams.http.v3.HttpProtocolOptions'),
    explicit_http_config: { http2_protocol_options: {} },
  }
  return {
    name,
    type: 'STATIC',
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] },
    ...(http2 && { typed_extension_protocol_options: { 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': options } }),
  }
}

const filter = (name: string, config: object) => ({ name: `envoy.filters.http.${name}`, typed_config: config })

function jwtAuthn({ issuer }: Stage): object {
  const provider = {
    issuer,
    audiences: [AUDIENCE],
    remote_jwks: { http_uri: { uri: `${issuer}/jwks`, cluster: 'issuer', timeout: '5s' }, cache_duration: '600s' },
    claim_to_headers: [{ header_name: 'x-user', claim_name: 'sub' }],
    payload_in_metadata: 'claims',
    jwt_cache_config: { jwt_cache_size: 1000 },
  }
  return filter('jwt_authn', {
    '@type': typeOf('filters.http.jwt_authn.v3.JwtAuthentication'),
    providers: { people: provider },
    rules: [{ match: { prefix: '/' }, requires: { provider_name: 'people' } }],
  })
}

/** GET of one segment, for members of `staff`: the rule that the others decide by. */
function rbac(): object {
  const isStaff = {
    metadata: {
      filter: 'envoy.filters.http.jwt_authn',
      path: [{ key: 'claims' }, { key: 'groups' }],
      value: { list_match: { one_of: { string_match: { exact: 'staff' } } } },
    },
  }
  const isPage = { url_path: { path: { safe_regex: { regex: '/[^/]+' } } } }
  const isGet = { header: { name: ':method', string_match: { exact: 'GET' } } }
  const members = { permissions: [{ and_rules: { rules: [isGet, isPage] } }], principals: [isStaff] }
  return filter('rbac', { '@type': typeOf('filters.http.rbac.v3.RBAC'), rules: { action: 'ALLOW', policies: { members } } })
}
