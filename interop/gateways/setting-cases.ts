import { deepEqual, equal } from 'node:assert/strict'
import { parse } from 'yaml'
import type { InteropRun } from '../support/interop-run.ts'
import { FILES, type Manifest, objectsIn, textOf } from './manifests.ts'

/** Headers that a check by HTTP must have, whatever the rules read: docs/reference/forward-auth.md. The last one is read by a rule. */
const CHECKED = [
  ...['x-forwarded-for', 'x-forwarded-proto', 'authorization', 'cookie', 'dpop', 'x-api-key', 'origin', 'sec-fetch-site'],
  ...['sec-fetch-mode', 'sec-fetch-dest', 'upgrade', 'connection', 'sec-websocket-key', 'sec-websocket-version', 'accept'],
  ...['content-type', 'access-control-request-method', 'access-control-request-headers', 'x-envoy-auth-partial-body', 'x-tenant'],
]

/** Headers of a permit by HTTP that must replace those of the client. The last one is set by a rule. */
const REPLACED = [
  'x-iap-assertion',
  'x-iap-request-id',
  'x-forwarded-for',
  'x-forwarded-proto',
  'cookie',
  'authorization',
  'x-tier',
]

interface Rule {
  readonly filters?: readonly { readonly type: string; readonly externalAuth?: ExternalAuth }[]
  readonly backendRefs: readonly Backend[]
}

interface Backend {
  readonly name: string
  readonly port: number
}

interface ExternalAuth {
  readonly backendRef: Backend
  readonly http?: {
    readonly path: string
    readonly allowedHeaders: readonly string[]
    readonly allowedResponseHeaders: readonly string[]
  }
  readonly grpc?: { readonly allowedHeaders?: readonly string[] }
}

interface ExtAuth {
  readonly grpc?: { readonly backendRefs: readonly Backend[] }
  readonly http?: {
    readonly backendRefs: readonly Backend[]
    readonly path: string
    readonly headersToBackend: readonly string[]
  }
  readonly headersToExtAuth?: readonly string[]
  readonly contextExtensions?: readonly { readonly name: string; readonly value: string }[]
  readonly failOpen?: boolean
}

/** Settings that are valid whatever they are, and of which only some are secure. */
export async function settingsOfGateways(run: InteropRun): Promise<void> {
  await run.check('only requests for the pages of iap reach iap or a service without a check', everyRouteIsChecked)
  await run.check('routes have exactly the hosts of the service, and change no request', routesFitThePolicy)
  await run.check('Gateway API: checks have the headers that decisions depend on', () => {
    const { http, backendRef } = externalAuthOf('gateway-api-http.yaml')
    deepEqual([lacking(CHECKED, http?.allowedHeaders), lacking(REPLACED, http?.allowedResponseHeaders)], [[], []])
    deepEqual([http?.path, backendRef.port], [listener('forward-auth').prefix, portOf('forward-auth')])
    const grpc = externalAuthOf('gateway-api-grpc.yaml')
    deepEqual([grpc.grpc?.allowedHeaders, grpc.backendRef.port], [undefined, portOf('ext-authz')])
  })
  await run.check('Envoy Gateway: checks have the headers that decisions depend on, and nothing passes without an answer', () => {
    const { http, headersToExtAuth, failOpen } = extAuthOf('envoy-gateway-http.yaml')
    deepEqual([lacking(CHECKED, headersToExtAuth), lacking(REPLACED, http?.headersToBackend), failOpen], [[], [], false])
    deepEqual([http?.path, http?.backendRefs[0]?.port], [listener('forward-auth').prefix, portOf('forward-auth')])
    const grpc = extAuthOf('envoy-gateway-grpc.yaml')
    deepEqual([grpc.headersToExtAuth, grpc.failOpen, grpc.grpc?.backendRefs[0]?.port], [undefined, false, portOf('ext-authz')])
    deepEqual(grpc.contextExtensions, [{ name: 'iap-service', type: 'Value', value: 'shop' }])
  })
  await run.check('Istio: nothing passes without an answer, and bodies are whole', () => {
    const { meshConfig } = parse(textOf('istio-mesh-config.yaml'))
    const [{ name, envoyExtAuthzGrpc: provider }] = meshConfig.extensionProviders
    const { spec } = object('istio.yaml', 'AuthorizationPolicy')
    const { provider: named } = spec as { readonly provider: { readonly name: string } }
    deepEqual([name, provider.port, provider.failOpen], [named.name, portOf('ext-authz'), false])
    equal(provider.includeRequestBodyInCheck.packAsBytes, true)
  })
}

function everyRouteIsChecked(): void {
  const [pages, ...others] = objectsIn(textOf('gateway.yaml')).filter(({ kind }) => kind === 'HTTPRoute')
  deepEqual(
    [rulesOf(pages as Manifest).flatMap(({ backendRefs }) => backendRefs), others],
    [[{ name: 'iap', port: portOf(undefined) }], []],
  )
  for (const file of FILES) {
    if (file === 'gateway.yaml') continue
    const objects = objectsIn(textOf(file))
    for (const route of objects.filter(({ kind }) => kind === 'HTTPRoute')) {
      const isTargeted = objects.some(
        ({ kind, spec }) => TARGETING.has(kind) && targets(spec).some((name) => [route.metadata.name, 'edge'].includes(name)),
      )
      const isFiltered = rulesOf(route).every(({ filters }) => filters?.some(({ type }) => type === 'ExternalAuth'))
      equal(isTargeted || isFiltered, true, `${file}: the route \`${route.metadata.name}\` needs no check`)
    }
  }
}

const TARGETING: ReadonlySet<string> = new Set(['SecurityPolicy', 'AuthorizationPolicy'])

function targets(spec: unknown): readonly string[] {
  return (spec as { readonly targetRefs: readonly { readonly name: string }[] }).targetRefs.map(({ name }) => name)
}

function routesFitThePolicy(): void {
  const { hosts } = configuration().services.shop
  for (const file of FILES)
    for (const route of objectsIn(textOf(file)).filter(({ kind }) => kind === 'HTTPRoute')) {
      deepEqual((route.spec as { readonly hostnames: readonly string[] }).hostnames, hosts)
      const filters = rulesOf(route).flatMap((rule) => rule.filters ?? [])
      deepEqual(
        filters.filter(({ type }) => type !== 'ExternalAuth'),
        [],
      )
    }
}

function rulesOf(route: Manifest): readonly Rule[] {
  return (route.spec as { readonly rules: readonly Rule[] }).rules
}

function externalAuthOf(file: string): ExternalAuth {
  return rulesOf(object(file, 'HTTPRoute'))[0]?.filters?.[0]?.externalAuth as ExternalAuth
}

function extAuthOf(file: string): ExtAuth {
  return (object(file, 'SecurityPolicy').spec as { readonly extAuth: ExtAuth }).extAuth
}

function object(file: string, kind: string): Manifest {
  return objectsIn(textOf(file)).find((each) => each.kind === kind) as Manifest
}

function lacking(needed: readonly string[], names: readonly string[] = []): readonly string[] {
  return needed.filter((name) => !names.includes(name))
}

interface Configuration {
  readonly listeners: readonly { readonly address: string; readonly protocol?: string; readonly prefix?: string }[]
  readonly services: { readonly shop: { readonly hosts: readonly string[] } }
}

function configuration(): Configuration {
  const { data } = object('iap.yaml', 'ConfigMap')
  return parse((data as Readonly<Record<string, string>>)['iap.yaml'] ?? '') as Configuration
}

function listener(protocol: string | undefined): Configuration['listeners'][number] {
  return configuration().listeners.find((each) => each.protocol === protocol) as Configuration['listeners'][number]
}

/** Ports of the service are those of the listeners. */
function portOf(protocol: string | undefined): number {
  const port = Number(listener(protocol).address.split(':')[1])
  const { ports } = object('iap.yaml', 'Service').spec as { readonly ports: readonly { readonly port: number }[] }
  return ports.some((each) => each.port === port) ? port : 0
}
