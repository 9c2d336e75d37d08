import { canonicalizeUrl } from '../../../request/index.ts'
import type { EvalCaller, EvalRequest } from '../../../runtime/abi/index.ts'
import type { TestIssuer } from '../../support/test-issuer.ts'
import type { CarriedPolicy } from './carried-policy.ts'

/** The time of all requests, and of the proxy's clock: the one that generated requests mostly have. */
export const NOW = Date.parse('2026-01-01T12:00:00Z')

/** A generated request as a client sends it over HTTP/1.1, with the same question for `evaluate`. */
export interface SentRequest {
  readonly method: string
  readonly scheme: string
  readonly host: string
  readonly target: string
  /** Header lines but for `Host`. */
  readonly lines: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer | null
  /** Address of the client. */
  readonly client: string
  /** Whether it has a token of its caller. */
  readonly hasToken: boolean
  /** Whether the route that it fits reads a body. */
  readonly isBodyRead: boolean
  readonly asked: EvalRequest
}

/** Returns the audience of the tokens of an identity, by which a proxy knows the identity. */
export const audienceOf = (identity: string) => `https://${identity}.example`

/**
 * Returns the request that a client sends to ask what a generated request asks. What no connection of the test carries is
 * replaced in both: the time is that of the clock, there is no client certificate, the data are those of the proxy, and times of
 * authentication are whole seconds, as in tokens.
 */
export function sentRequest(generated: EvalRequest, { policy, data }: CarriedPolicy, issuer: TestIssuer): SentRequest {
  const { method, url, headers = {}, body, rawBody, source = { ip: '192.0.2.1' }, time = '' } = generated
  const caller = generated.caller ? atSeconds(generated.caller, Date.parse(time)) : null
  const [, scheme = '', host = '', rest = ''] = /^(https?):\/\/([^/?#\\]*)(.*)$/s.exec(url) ?? []
  const target = rest === '' || rest.startsWith('?') ? `/${rest}` : rest
  const lines = Object.entries(headers).flatMap(([name, values]) => [values].flat().map((value) => [name, value] as const))
  const bytes = bodyOf(generated)
  const has = (name: string) => lines.some(([each]) => each.toLowerCase() === name)
  if (body !== undefined && !has('content-type')) lines.push(['content-type', 'application/json'])
  if (bytes !== null) lines.push(['content-length', String(bytes.length)])
  else if (method !== 'GET' && method !== 'HEAD') lines.push(['content-length', '0'])
  const hasToken = caller !== null && mayHaveToken(caller, policy)
  if (hasToken) lines.push(['authorization', `Bearer ${tokenOf(caller, issuer)}`])
  const asked: EvalRequest = {
    ...{ method, url, headers, caller, source, data, time: new Date(NOW).toISOString() },
    ...(body !== undefined && { body }),
    ...(rawBody !== undefined && { rawBody }),
  }
  const isBodyRead = hasBodyRoute(policy, asked)
  return { method, scheme, host, target, lines, body: bytes, client: source.ip, hasToken, isBodyRead, asked }
}

/** Repeats the line of a header, as generated requests seldom do: fronts that merge lines must not hide it. */
export function withRepeatedLine(generated: EvalRequest): EvalRequest {
  const { headers = {} } = generated
  const [found] = Object.entries(headers).filter(([name, value]) => typeof value === 'string' && /^x-/i.test(name))
  return found === undefined ? generated : { ...generated, headers: { ...headers, [found[0]]: [found[1] as string, 'other'] } }
}

function hasBodyRoute(policy: CarriedPolicy['policy'], { method, url, headers = {} }: EvalRequest): boolean {
  const canonical = canonicalizeUrl({ method, url, headers })
  return canonical.ok && policy.module.routes[policy.route(canonical.request)]?.hasBody === true
}

function bodyOf({ body, rawBody }: EvalRequest): Buffer | null {
  const text = rawBody ?? (body === undefined ? undefined : JSON.stringify(body))
  return text === undefined || text === '' ? null : Buffer.from(text)
}

/** Moves the time of authentication to where it is as long before the clock's as it was before the request's. */
function atSeconds({ auth, ...caller }: EvalCaller, time: number): EvalCaller {
  if (auth === undefined) return caller
  const { time: at, ...rest } = auth
  const seconds = at === undefined ? Number.NaN : Math.floor((NOW - (time - Date.parse(at))) / 1000)
  const moved = seconds >= 0 && seconds <= NOW / 1000 ? { time: new Date(seconds * 1000).toISOString() } : {}
  return { ...caller, auth: { ...rest, ...moved } }
}

/** Tokens are JSON objects. JSON of other texts than Unicode is escaped, and refused as such. */
function mayHaveToken({ identity, claims }: EvalCaller, { manifest }: CarriedPolicy['policy']): boolean {
  if (!manifest.identities.some(({ name }) => name === identity)) return false
  const isObject = typeof claims === 'object' && claims !== null && !Array.isArray(claims)
  return isObject && !/\\ud[89a-f][0-9a-f]{2}/i.test(JSON.stringify(claims))
}

function tokenOf({ identity, claims, auth = {} }: EvalCaller, issuer: TestIssuer): string {
  const { time, acr, amr } = auth
  const said = { ...(time && { auth_time: Date.parse(time) / 1000 }), ...(acr && { acr }), ...(amr && { amr }) }
  return issuer.mint({ ...(claims as object), aud: audienceOf(identity), ...said }, { now: NOW / 1000 })
}
