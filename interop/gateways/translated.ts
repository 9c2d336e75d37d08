import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { InteropRun } from '../support/interop-run.ts'
import { type Manifest, objectsIn, textOf } from './manifests.ts'

/** A part of a configuration of Envoy, in JSON. */
// biome-ignore lint/suspicious/noExplicitAny: the messages of Envoy are deep, and only a few of their fields are read
export type Message = any

/** A configuration of Envoy that Envoy Gateway has made of manifests. */
export interface Translated {
  /** The listener of the gateway with its routes, as a static resource. */
  readonly listener: Message
  readonly routes: Message
  readonly clusters: readonly Message[]
}

/**
 * Translates `gateway.yaml` and another file by `egctl`, as Envoy Gateway would. The gateway listens without TLS, and the host is
 * another one, so that the cases of fronts can ask it.
 */
export async function translate(run: InteropRun, egctl: string, file: string, host: string): Promise<Translated> {
  const texts = [textOf('gateway.yaml'), textOf(file)].map((text) => text.replaceAll('shop.example', host))
  const objects = [GATEWAY_CLASS, ...SERVICES, ...texts.flatMap(objectsIn).map(withoutTls)]
  const input = join(run.scratch, `translate-${file}`)
  writeFileSync(input, objects.map((object) => stringify(object)).join('---\n'))
  const options = ['--from', 'gateway-api', '--to', 'xds', '--output', 'json', '--file', input]
  const { code, output } = await run.exec(egctl, ['experimental', 'translate', ...options])
  if (code !== 0) throw new Error(`egctl ended with exit code ${code}: ${output}`)
  const { configs } = (JSON.parse(output.slice(output.indexOf('{'))) as Message).xds['shop/edge']
  const of = (type: string): Message => configs.find((each: Message) => each['@type'].endsWith(`.${type}ConfigDump`)) ?? {}
  return translated(of('Listeners'), of('Routes'), of('Clusters'), of('Endpoints'))
}

function translated(listeners: Message, routes: Message, clusters: Message, endpoints: Message): Translated {
  const all: readonly Message[] = listeners.dynamicListeners.map((each: Message) => untyped(each.activeState.listener))
  const listener = all.find(({ name }) => name.startsWith('shop/edge/') || name.startsWith('tcp-') || name.startsWith('http-'))
  const assignments: readonly Message[] = (endpoints.dynamicEndpointConfigs ?? []).map((each: Message) =>
    untyped(each.endpointConfig),
  )
  return {
    listener,
    routes: untyped(routes.dynamicRouteConfigs[0].routeConfig),
    clusters: clusters.dynamicActiveClusters.map(({ cluster }: Message) => {
      const { edsClusterConfig, ...rest } = untyped(cluster)
      const loadAssignment = assignments.find(({ clusterName }) => clusterName === (edsClusterConfig?.serviceName ?? rest.name))
      return edsClusterConfig === undefined ? rest : { ...rest, type: 'STATIC', loadAssignment }
    }),
  }
}

/** Only in messages of unknown type is there a `@type`. */
function untyped({ '@type': _, ...message }: Message): Message {
  return message
}

const GATEWAY_CLASS = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'GatewayClass',
  metadata: { name: 'edge' },
  spec: { controllerName: 'gateway.envoyproxy.io/gatewayclass-controller' },
}

/** Services with the ports of the manifests, at addresses that are replaced. */
const SERVICES = Object.entries({ iap: [9000, 9001, 9002], shop: [8080] }).map(([name, ports]) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec: { clusterIP: '10.96.0.1', ports: ports.map((port) => ({ name: `p${port}`, port, targetPort: port })) },
}))

function withoutTls(object: Manifest): Manifest {
  if (object.kind !== 'Gateway') return object
  const spec = object.spec as { readonly listeners: readonly Message[] }
  const listeners = spec.listeners.map(({ tls: _, ...listener }) => ({ ...listener, name: 'http', protocol: 'HTTP', port: 80 }))
  return { ...object, spec: { ...spec, listeners } }
}

/**
 * Returns a configuration for Envoy alone, without a control plane.
 *
 * @param addresses of the services, by the ports that the manifests have
 */
export function staticConfiguration(
  { listener, routes, clusters }: Translated,
  port: number,
  addresses: ReadonlyMap<number, string>,
): string {
  // Envoy cannot open its standard output by name if that is a socket.
  const withRoutes = replaced(listener, ({ rds, accessLog: _, ...rest }) =>
    rds === undefined ? rest : { ...rest, routeConfig: routes },
  )
  const address = { socketAddress: { address: '127.0.0.1', portValue: port } }
  const reached = clusters.map((cluster) =>
    replaced(cluster, (message) => {
      const target = addresses.get(message.socketAddress?.portValue)
      if (target === undefined) return message
      const [host, number] = target.split(':')
      return { socketAddress: { address: host, portValue: Number(number) } }
    }),
  )
  return JSON.stringify({ staticResources: { listeners: [{ ...withRoutes, address }], clusters: reached } })
}

/** Returns a copy of which each object has been replaced. */
function replaced(value: Message, replace: (object: Message) => Message): Message {
  if (Array.isArray(value)) return value.map((each) => replaced(each, replace))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(replace(value)).map(([name, each]) => [name, replaced(each, replace)]))
}
