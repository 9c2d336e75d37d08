import type { Client } from '@grpc/grpc-js'
import { CLEARED_HEADERS } from '../../../runtime/proxy/checks/forward-auth/cleared-headers.ts'
import { CREDENTIALS } from '../../../runtime/proxy/checks/replaced-headers.ts'
import { askCheck } from '../../support/check-client.ts'
import { RawClient, type RawResponse } from '../../support/raw-client.ts'
import type { Family } from './left-out.ts'
import type { SentRequest } from './sent-request.ts'

/** What becomes of a request. */
export interface Decided {
  /** Status that the client gets; 200 if the request is forwarded. */
  readonly status: number
  /** `x-iap-error` and `www-authenticate` of a refusal. */
  readonly error: string | null
  readonly challenge: string | null
  readonly requestId: string
  /** Headers that the service gets, by lower-case name, with the values of all lines; `null` if it gets none. */
  readonly toService: ReadonlyMap<string, readonly string[]> | null
}

export type Ask = (request: SentRequest) => Promise<Decided>

export interface FrontOptions {
  /** Ports of the listeners, in the order of {@link listenersYaml}. */
  readonly ports: readonly number[]
  readonly client: Client
  /** Returns the header lines of the request that reached the service last, as a flat list. */
  readonly seen: () => readonly string[]
  /** Lower-case names of headers that rules set, which fronts are configured to replace. */
  readonly headersOfRules: readonly string[]
}

const CLIENTS = 'clients: [{ address: 127.0.0.1 }]'

/** Otherwise routes whose rules read certificates are refused. No client here has one. */
const CERTIFICATES = 'trust: { proxies: [], certificate: x-forwarded-client-cert }'

/** YAML of the listeners, after the address of the first one. */
export const listenersYaml = `trust: { proxies: [127.0.0.1] } },
  { address: "127.0.0.1:0", protocol: ext-authz, ${CLIENTS} },
  { address: "127.0.0.1:0", protocol: forward-auth, original: x-forwarded, ${CLIENTS}, ${CERTIFICATES} },
  { address: "127.0.0.1:0", protocol: forward-auth, original: x-original, ${CLIENTS}, ${CERTIFICATES} },
  { address: "127.0.0.1:0", protocol: forward-auth, original: request-line, prefix: /check, ${CLIENTS}, ${CERTIFICATES}`

/** Returns fronts that ask as their documentation says, and apply the answers as `docs/reference/forward-auth.md` says. */
export function frontsOf({ ports, client, seen, headersOfRules }: FrontOptions): Readonly<Record<Family, Ask>> {
  const [proxy = 0, , forwarded = 0, original = 0, line = 0] = ports
  const replaced = [...headersOfRules, ...CREDENTIALS, 'x-iap-assertion', 'x-iap-request-id']
  return {
    async proxy(request) {
      const { method, target, host, client: address, scheme, body } = request
      const own = [`X-Forwarded-For: ${address}`, `X-Forwarded-Proto: ${scheme}`]
      const head = [`${method} ${target} HTTP/1.1`, `Host: ${host}`, ...textsOf(request.lines), ...own]
      const answer = await exchange(proxy, head, body, method === 'HEAD')
      if (answer.status !== 200) return refusedBy(answer)
      const toService = linesByName(pairsOf(seen()))
      return { ...PERMITTED, requestId: toService.get('x-iap-request-id')?.[0] ?? '', toService }
    },
    'ext-authz, raw': (request) => askEnvoy(client, request, false),
    'ext-authz, merged': (request) => askEnvoy(client, request, true),
    async 'x-forwarded'(request) {
      const { method, scheme, host, target, client: address, lines, body } = request
      const own = { Method: method, Proto: scheme, Host: host, Uri: target, For: address }
      const stated = Object.entries(own).map(([name, value]) => `X-Forwarded-${name}: ${value}`)
      const answer = await exchange(forwarded, ['GET / HTTP/1.1', 'Host: iap', ...textsOf(lines), ...stated], body)
      return answer.status === 200 ? forwardedBy(request, answer, replaced) : refusedBy(answer)
    },
    async 'x-original'(request) {
      const { method, scheme, host, target, client: address, lines } = request
      const url = `X-Original-URL: ${scheme}://${host}${target}`
      const kept = textsOf(lines.filter(([name]) => name.toLowerCase() !== 'content-length'))
      const head = ['Host: iap', ...kept, `X-Original-Method: ${method}`, url, `X-Forwarded-For: ${address}`]
      const answer = await exchange(original, ['GET /check HTTP/1.1', ...head], null)
      if (answer.status === 200) return forwardedBy(request, answer, replaced)
      const sealed = `X-Iap-Refusal: ${answer.get('x-iap-refusal')}`
      const refusal = refusedBy(await exchange(original, ['GET /.iap/refusal HTTP/1.1', ...head, sealed], null))
      return { ...refusal, requestId: answer.get('x-iap-request-id') ?? '' }
    },
    async 'request-line'(request) {
      const { method, scheme, host, target, client: address, lines, body } = request
      const whole = body === null ? [] : ['x-envoy-auth-partial-body: false']
      const own = [`X-Forwarded-For: ${address}`, `X-Forwarded-Proto: ${scheme}`, ...whole]
      const head = [`${method} /check${target} HTTP/1.1`, `Host: ${host}`, ...textsOf(merged(lines)), ...own]
      const answer = await exchange(line, head, body, method === 'HEAD')
      return answer.status === 200 ? changedBy(request, answer, replaced) : refusedBy(answer)
    },
  }
}

const PERMITTED = { status: 200, error: null, challenge: null } as const
const EMPTY = Buffer.alloc(0)

type Lines = readonly (readonly [name: string, value: string])[]

const textsOf = (lines: Lines) => lines.map(([name, value]) => `${name}: ${value}`)

/** Sends a request on a connection of its own. */
async function exchange(port: number, head: readonly string[], body: Buffer | null, isHead = false): Promise<RawResponse> {
  const client = new RawClient(port)
  try {
    client.socket.write(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), body ?? EMPTY]))
    return await client.response(isHead)
  } finally {
    client.close()
  }
}

function refusedBy({ status, get }: RawResponse): Decided {
  const [error = null, challenge = null] = [get('x-iap-error'), get('www-authenticate')]
  return { status, error, challenge, requestId: get('x-iap-request-id') ?? '', toService: null }
}

/** nginx and Traefik: headers by fixed names are replaced by those of the answer, or removed. */
function forwardedBy({ lines }: SentRequest, answer: RawResponse, replaced: readonly string[]): Decided {
  const gone = new Set([...replaced, ...CLEARED_HEADERS])
  const kept = lines.filter(([name]) => !gone.has(name.toLowerCase()))
  const added = answer.headers.filter(([name]) => replaced.includes(name))
  return { ...PERMITTED, requestId: answer.get('x-iap-request-id') ?? '', toService: linesByName([...kept, ...added]) }
}

/** Envoy's HTTP service: removes the headers that the answer lists, and replaces those that it has. */
function changedBy({ lines }: SentRequest, answer: RawResponse, replaced: readonly string[]): Decided {
  const added = answer.headers.filter(([name]) => replaced.includes(name))
  const removed = (answer.get('x-envoy-auth-headers-to-remove') ?? '').split(', ')
  const gone = new Set([...removed, ...added.map(([name]) => name)])
  const kept = lines.filter(([name]) => !gone.has(name.toLowerCase()))
  return { ...PERMITTED, requestId: answer.get('x-iap-request-id') ?? '', toService: linesByName([...kept, ...added]) }
}

async function askEnvoy(client: Client, request: SentRequest, isMerged: boolean): Promise<Decided> {
  const { status, okResponse, deniedResponse } = await askCheck(client, checkOf(request, isMerged))
  const denied = (name: string) => deniedResponse?.headers.find(({ header }) => header.key.toLowerCase() === name)?.header.value
  if (status.code !== 0) {
    const [error = null, challenge = null] = [denied('x-iap-error'), denied('www-authenticate')]
    const requestId = denied('x-iap-request-id') ?? ''
    return { status: deniedResponse?.status.code ?? 0, error, challenge, requestId, toService: null }
  }
  const added = (okResponse?.headers ?? []).map(({ header: { key, value } }) => [key.toLowerCase(), value] as const)
  const gone = new Set([...(okResponse?.headersToRemove ?? []), ...added.map(([name]) => name)])
  const toService = linesByName([...request.lines.filter(([name]) => !gone.has(name.toLowerCase())), ...added])
  return { ...PERMITTED, requestId: toService.get('x-iap-request-id')?.[0] ?? '', toService }
}

/** A check as Envoy sends it with `use_remote_address` and `with_request_body`. */
function checkOf({ method, target, host, scheme, client, lines, body }: SentRequest, isMerged: boolean) {
  const pseudo: Lines = Object.entries({ ':method': method, ':path': target, ':authority': host, ':scheme': scheme })
  const own: Lines = Object.entries({ 'x-forwarded-for': client, 'x-forwarded-proto': scheme })
  const partial: Lines = body === null ? [] : [['x-envoy-auth-partial-body', 'false']]
  const sent = lines.map(([name, value]) => [name.toLowerCase(), value.trim()] as const)
  const all = [...pseudo, ...sent, ...own, ...partial]
  const headers = isMerged
    ? { headers: merged(all).map(([key, value]) => ({ key, value })) }
    : { headerMap: { headers: all.map(([key, value]) => ({ key, rawValue: Buffer.from(value, 'latin1') })) } }
  const message = { method, path: target, host, scheme, protocol: 'HTTP/1.1', ...headers, ...(body && { rawBody: body }) }
  return { attributes: { source: { address: { socketAddress: { address: client } } }, request: { http: message } } }
}

/** Joins the lines of a name, as Envoy does. */
function merged(lines: Lines): Lines {
  return [...linesByName(lines)].map(([name, values]) => [name, values.join(',')])
}

function linesByName(lines: Lines): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>()
  for (const [name, value] of lines) {
    const lower = name.toLowerCase()
    found.set(lower, [...(found.get(lower) ?? []), value.trim()])
  }
  return found
}

function pairsOf(flat: readonly string[]): Lines {
  return flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1] as string] as const] : []))
}
