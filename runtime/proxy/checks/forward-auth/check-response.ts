import type { PermittedCheck, RefusedCheck } from '../check-answer.ts'
import type { OriginalRequest as OriginalHeaders } from '../check-config.ts'
import { CREDENTIALS } from '../replaced-headers.ts'
import type { OriginalRequest } from './original-request.ts'

/** A response to a front. */
export interface CheckResponse {
  readonly status: number
  /** Flat list of names and values. */
  readonly headers: string[]
  readonly body: Buffer
}

const EMPTY = Buffer.alloc(0)

/** Names of the client's headers that may not reach the service, in a list with commas. */
const REMOVE_HEADER = 'x-iap-remove'

/** The same list for Envoy. */
const ENVOY_REMOVE_HEADER = 'x-envoy-auth-headers-to-remove'

/** Header with a sealed refusal: of the answer to a refused check, and of the request for the refusal. */
export const REFUSAL_HEADER = 'x-iap-refusal'

/**
 * Returns the answer to a permitted check: 200, with the request headers for the service. nginx, Traefik and Caddy replace
 * headers by name, whether the answer has them or not. So for them the answer always has the credentials that the service may
 * see, and their absence removes the client's.
 */
export function permitResponse(
  { set, remove, alwaysRemove, response }: PermittedCheck,
  { rawHeaders }: OriginalRequest,
  original: OriginalHeaders,
): CheckResponse {
  const headers: string[] = []
  for (const [name, value] of set) headers.push(name, value)
  if (original !== 'request-line') pushKept(headers, set, remove, rawHeaders)
  const removed = [listOf(alwaysRemove), ...remove].filter((name) => name !== '').join(', ')
  if (removed !== '') headers.push(original === 'request-line' ? ENVOY_REMOVE_HEADER : REMOVE_HEADER, removed)
  headers.push(...response, 'cache-control', 'no-store', 'content-length', '0')
  return { status: 200, headers, body: EMPTY }
}

function listOf(names: readonly string[]): string {
  let list = lists.get(names)
  if (list === undefined) {
    list = names.join(', ')
    lists.set(names, list)
  }
  return list
}

/** Lists of names that many permits share, as header values. */
const lists = new WeakMap<readonly string[], string>()

function pushKept(headers: string[], set: PermittedCheck['set'], remove: readonly string[], rawHeaders: readonly string[]): void {
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] as string).toLowerCase()
    if (!CREDENTIALS.includes(name) || remove.includes(name) || set.some(([each]) => each === name)) continue
    headers.push(name, rawHeaders[i + 1] as string)
  }
}

/**
 * Returns the response to a client whose request is refused. Fronts take each status from 200 to 299 for a permit, so a refusal
 * with such a status, as gRPC and CORS preflights have, gets 403.
 */
export function refusalResponse(refusal: RefusedCheck): CheckResponse {
  const permits = refusal.status >= 200 && refusal.status < 300
  return permits ? { ...responseOf(refusal), status: 403 } : responseOf(refusal)
}

/**
 * Returns the answer to a refused check for nginx, which knows no other refusals than 401 and 403, and asks for the response to
 * the client with a second request.
 *
 * @param sealed value of the header with the refusal; `null` if there is none
 */
export function denialResponse({ status, headers }: RefusedCheck, sealed: string | null): CheckResponse {
  const kept: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string
    const isNeeded = LOGGED.has(name.toLowerCase()) || (sealed === null && name.toLowerCase() === 'www-authenticate')
    if (isNeeded) kept.push(name, headers[i + 1] as string)
  }
  if (sealed !== null) kept.push(REFUSAL_HEADER, sealed)
  kept.push('cache-control', 'no-store', 'content-length', '0')
  return { status: status === 401 ? 401 : 403, headers: kept, body: EMPTY }
}

/** Headers for the log of the front. nginx adds `WWW-Authenticate` to the response to the client, which would have it twice. */
const LOGGED: ReadonlySet<string> = new Set(['x-iap-error', 'x-iap-request-id'])

/** Returns the response of a refusal as the client gets it. Its framing is that of this answer. */
export function responseOf({ status, headers, body }: RefusedCheck): CheckResponse {
  const kept: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string
    if (!FRAMING.has(name.toLowerCase())) kept.push(name, headers[i + 1] as string)
  }
  if (status !== 204 && status !== 304) kept.push('content-length', String(body.length))
  return { status, headers: kept, body }
}

const FRAMING: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive', 'trailer'])

/** Returns an answer without a decision. */
export function plainResponse(status: 403 | 500, code: string): CheckResponse {
  const body = Buffer.from(`${code}\n`)
  const headers = ['content-type', 'text/plain', 'content-length', String(body.length), 'cache-control', 'no-store']
  return { status, headers, body }
}
