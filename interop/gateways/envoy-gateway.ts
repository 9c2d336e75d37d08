import { deepEqual, equal } from 'node:assert/strict'
import { refused } from '../../tests/fronts/cases/front-case.ts'
import { HOST, startStand } from '../../tests/fronts/stand.ts'
import { freePort } from '../../tests/support/listening-program.ts'
import { CLIENT, startRelay } from '../envoy/relay.ts'
import { startEnvoy } from '../envoy/start-envoy.ts'
import type { InteropRun } from '../support/interop-run.ts'
import { runFrontCases } from '../support/run-front-cases.ts'
import { type Message, staticConfiguration, type Translated, translate } from './translated.ts'

/**
 * Translates the manifests for Envoy Gateway, checks what Envoy is told, and runs the cases of fronts with that.
 *
 * @param egctl path of the command of Envoy Gateway
 * @param program path of Envoy
 */
export async function envoyGatewayCases(run: InteropRun, egctl: string, program: string): Promise<void> {
  const grpc = await translate(run, egctl, 'envoy-gateway-grpc.yaml', HOST)
  const http = await translate(run, egctl, 'envoy-gateway-http.yaml', HOST)
  await xdsCases(run, grpc, http)
  await run.part('envoy-gateway-grpc', (part) => grpcCases(part, program, grpc))
  await run.part('envoy-gateway-http', (part) => httpCases(part, program, http))
}

async function xdsCases(run: InteropRun, grpc: Translated, http: Translated): Promise<void> {
  await run.check('Envoy Gateway, gRPC: the filter fails closed, asks with all headers, and names the service', () => {
    const { failureModeAllow = false, allowedHeaders, encodeRawHeaders, statusOnError, grpcService } = filterOf(grpc)
    deepEqual([failureModeAllow, allowedHeaders, encodeRawHeaders], [false, undefined, undefined])
    deepEqual([statusOnError, grpcService.timeout], [{ code: 'ServiceUnavailable' }, '2s'])
    const [settings] = settingsOf(routeOf(grpc, '/'))
    deepEqual(settings.checkSettings.contextExtensions, { 'iap-service': 'shop' })
  })
  await run.check('Envoy Gateway, HTTP: the filter fails closed, and asks below the prefix', () => {
    const { failureModeAllow = false, allowedHeaders, withRequestBody, httpService } = filterOf(http)
    deepEqual([failureModeAllow, httpService.pathPrefix, httpService.serverUri.timeout], [false, '/check', '2s'])
    equal(
      allowedHeaders.patterns.some(({ exact }: Message) => exact === 'cookie'),
      true,
    )
    equal(withRequestBody.maxRequestBytes, 65536)
  })
  for (const [name, translated] of Object.entries({ gRPC: grpc, HTTP: http })) {
    await run.check(`Envoy Gateway, ${name}: only the pages of iap need no check, and clients state no address`, () => {
      const unchecked = translated.routes.virtualHosts
        .flatMap(({ routes }: Message) => routes)
        .filter((route: Message) => settingsOf(route).length === 0)
      const paths = unchecked.map(({ match: { pathSeparatedPrefix } }: Message) => pathSeparatedPrefix)
      deepEqual(paths.sort(), ['/.iap', '/.well-known/iap'])
      equal(managerOf(translated).useRemoteAddress, true)
    })
  }
}

function managerOf({ listener }: Translated): Message {
  const chain = listener.defaultFilterChain ?? listener.filterChains[0]
  return chain.filters.at(-1).typedConfig
}

function filterOf(translated: Translated): Message {
  return managerOf(translated).httpFilters.find(({ name }: Message) => name.startsWith('envoy.filters.http.ext_authz'))
    .typedConfig
}

function routeOf({ routes }: Translated, prefix: string): Message {
  return routes.virtualHosts.flatMap((host: Message) => host.routes).find(({ match }: Message) => match.prefix === prefix)
}

/** Settings of a route by which its requests are checked. */
function settingsOf({ typedPerFilterConfig = {} }: Message): readonly Message[] {
  const entries = Object.entries<Message>(typedPerFilterConfig).filter(([name]) =>
    name.startsWith('envoy.filters.http.ext_authz'),
  )
  return entries.map(([, settings]) => settings.config ?? settings)
}

const BODIES = 'Envoy Gateway sends bodies as text, of which other bytes than UTF-8 are replaced'
const PERMITS = 'Envoy Gateway has no setting for headers of a permit that the client gets'

async function grpcCases(run: InteropRun, program: string, translated: Translated): Promise<void> {
  const stand = await startStand(run, {
    checks: 'address: "127.0.0.1:0", protocol: ext-authz, clients: [{ address: 127.0.0.1 }]',
    async start({ checks, proxy, service }) {
      const addresses = new Map([
        [9001, checks],
        [9000, proxy],
        [8080, service],
      ])
      const port = await start(run, program, translated, addresses)
      return { name: 'Envoy Gateway, gRPC', port, http2: port, normalizes: true, cannot: { 'checked-bodies': BODIES } }
    },
  })
  await runFrontCases(run, stand)
  await run.check('Envoy Gateway, gRPC: a rule on a body refuses', async () => {
    const json = ['Content-Type: application/json']
    refused(await stand.ask('POST /orders', json, '{"amount":100}'), 413, 'body-incomplete')
  })
}

async function httpCases(run: InteropRun, program: string, translated: Translated): Promise<void> {
  const stand = await startStand(run, {
    checks:
      'address: "127.0.0.1:0", protocol: forward-auth, original: request-line, prefix: /check, ' +
      'clients: [{ address: 127.0.0.1 }]',
    async start({ checks, proxy, service }) {
      const addresses = new Map([
        [9002, checks],
        [9000, proxy],
        [8080, service],
      ])
      const port = await startRelay(run, await start(run, program, translated, addresses))
      const cannot = { 'permit-headers': PERMITS }
      return { name: 'Envoy Gateway, HTTP', port, http2: port, client: CLIENT, normalizes: true, cannot }
    },
  })
  await runFrontCases(run, stand)
}

async function start(
  run: InteropRun,
  program: string,
  translated: Translated,
  addresses: ReadonlyMap<number, string>,
): Promise<number> {
  const port = await freePort()
  await startEnvoy(run, program, staticConfiguration(translated, port, addresses), [port])
  return port
}
