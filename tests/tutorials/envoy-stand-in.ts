import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { Client } from '@grpc/grpc-js'
import { parse } from 'yaml'
import type { CheckRequestMessage, HeaderOptionMessage } from '../../runtime/proxy/checks/ext-authz/service/index.ts'
import { askCheck, checkClient } from '../support/check-client.ts'

export const EXT_AUTHZ = 'envoy.filters.http.ext_authz'

interface Address {
  readonly socket_address: { readonly address: string; readonly port_value: number }
}

interface Cluster {
  readonly name: string
  readonly load_assignment: {
    readonly endpoints: readonly [{ readonly lb_endpoints: readonly [{ readonly endpoint: { readonly address: Address } }] }]
  }
}

interface VirtualHost {
  readonly domains: readonly string[]
  readonly routes: readonly [{ readonly match: { readonly prefix: '/' }; readonly route: { readonly cluster: string } }]
  readonly typed_per_filter_config?: Readonly<
    Record<typeof EXT_AUTHZ, { readonly check_settings: { readonly context_extensions: Readonly<Record<string, string>> } }>
  >
}

/** The HTTP connection manager, of which a stand-in reads the routes and the cluster of the checks. */
export interface HttpConnectionManager {
  readonly route_config: { readonly virtual_hosts: readonly VirtualHost[]; readonly ignore_port_in_host_matching?: boolean }
  readonly http_filters: readonly {
    readonly name: string
    readonly typed_config: { readonly grpc_service?: { readonly envoy_grpc: { readonly cluster_name: string } } }
  }[]
}

interface Bootstrap {
  readonly static_resources: {
    readonly listeners: readonly [
      {
        readonly address: Address
        readonly filter_chains: readonly [{ readonly filters: readonly [{ readonly typed_config: HttpConnectionManager }] }]
      },
    ]
    readonly clusters: readonly Cluster[]
  }
}

export function managerOf(text: string): HttpConnectionManager {
  return (parse(text) as Bootstrap).static_resources.listeners[0].filter_chains[0].filters[0].typed_config
}

/** Forwards as Envoy does with the configuration of a tutorial, and asks before if that has the filter. Returns its end. */
export async function startEnvoyStandIn(text: string): Promise<() => Promise<void>> {
  const { listeners, clusters } = (parse(text) as Bootstrap).static_resources
  const { route_config: routing, http_filters: filters } = managerOf(text)
  const portOf = (cluster: string | undefined) => {
    const found = clusters.find(({ name }) => name === cluster)
    if (found === undefined) throw new Error(`no cluster \`${cluster}\``)
    return found.load_assignment.endpoints[0].lb_endpoints[0].endpoint.address.socket_address.port_value
  }
  const filter = filters.find(({ name }) => name === EXT_AUTHZ)?.typed_config
  const client = filter && checkClient(`127.0.0.1:${portOf(filter.grpc_service?.envoy_grpc.cluster_name)}`)

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const host = incoming.headers.host ?? ''
    const name = routing.ignore_port_in_host_matching ? host.replace(/:\d+$/, '') : host
    const found = routing.virtual_hosts.find(({ domains }) => domains.includes(name) || domains.includes('*'))
    if (found === undefined) return void response.writeHead(404).end()
    const headers = new Map(Object.entries(incoming.headers).map(([key, value]) => [key, String(value)]))
    if (client !== undefined && !(await isPermitted(client, found, incoming, headers, response))) return
    const { method, url: path } = incoming
    const port = portOf(found.routes[0].route.cluster)
    request({ host: '127.0.0.1', port, method, path, headers: Object.fromEntries(headers) }, (forwarded) => {
      response.writeHead(forwarded.statusCode ?? 0, forwarded.headers)
      forwarded.pipe(response)
    }).end()
  }

  const server = createServer((incoming, response) => {
    answer(incoming, response).catch(() => response.writeHead(503).end())
  })
  await new Promise<void>((resolve) => server.listen(listeners[0].address.socket_address.port_value, '127.0.0.1', resolve))
  return async () => {
    client?.close()
    await new Promise((resolve) => server.close(resolve).closeAllConnections())
  }
}

/** Changes `headers` by the answer to the check, or sends the refusal. */
async function isPermitted(
  client: Client,
  { typed_per_filter_config: perFilter }: VirtualHost,
  incoming: IncomingMessage,
  headers: Map<string, string>,
  response: ServerResponse,
): Promise<boolean> {
  const extensions = Object.entries(perFilter?.[EXT_AUTHZ].check_settings.context_extensions ?? {})
  const contextExtensions = extensions.map(([key, value]) => ({ key, value }))
  const answer = await askCheck(client, { attributes: { ...checkOf(incoming, headers), contextExtensions } })
  const { status, okResponse, deniedResponse } = answer
  if (status.code !== 0) {
    response.writeHead(deniedResponse?.status.code ?? 403, Object.fromEntries(linesOf(deniedResponse?.headers)))
    response.end(deniedResponse?.body)
    return false
  }
  for (const name of okResponse?.headersToRemove ?? []) headers.delete(name)
  for (const [name, value] of linesOf(okResponse?.headers)) headers.set(name.toLowerCase(), value)
  return true
}

function checkOf({ method = '', url: path = '', headers: { host = '' } }: IncomingMessage, lines: ReadonlyMap<string, string>) {
  const pseudo = { ':method': method, ':path': path, ':authority': host, ':scheme': 'http' }
  const sent = [...Object.entries(pseudo), ...[...lines].filter(([name]) => name !== 'host')]
  const headers = sent.map(([key, value]) => ({ key, rawValue: Buffer.from(value) }))
  const http = { method, path, host, scheme: 'http', protocol: 'HTTP/1.1', headerMap: { headers } }
  return { source: { address: { socketAddress: { address: '127.0.0.1' } } }, request: { http } } satisfies NonNullable<
    CheckRequestMessage['attributes']
  >
}

const linesOf = (headers: readonly HeaderOptionMessage[] = []) =>
  headers.map(({ header: { key, value } }) => [key, value] as const)
