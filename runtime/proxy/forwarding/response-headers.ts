import { isConnectionField, isOwnHeader } from '../../../request/index.ts'
import { setsOwnCookie } from '../../identity/sessions/index.ts'
import { ask } from '../../policy/index.ts'
import { withCors } from '../cors/cors.ts'
import { withRateLimit } from '../rate-limits/rate-limit-headers.ts'
import type { RequestContext } from '../request-context.ts'
import { BadResponse } from '../upstreams/upstream-failure.ts'
import { byName } from './upstream-headers.ts'

/**
 * Returns the headers of the response to the client: the service's headers, filtered, with the proxy's rate limit and CORS
 * headers.
 *
 * @throws BadResponse if the service's headers cannot be forwarded
 */
export function answerHeaders(context: RequestContext, status: number, raw: readonly Buffer[]): string[] {
  const { cors, limit, request } = context
  let headers = forCaller(context, responseHeaders(raw, status))
  if (limit !== null) headers = withRateLimit(headers, limit)
  return cors === null ? headers : withCors(headers, cors, request?.headers.get('origin'))
}

/**
 * Filters the headers of a service's response. Removes hop-by-hop headers (RFC 9110 §7.6.1), headers named by `Connection`, and
 * headers and cookies with names of the proxy's own. Bytes above 0x7f are kept.
 *
 * @param raw flat list of names and values, as from undici
 * @throws BadResponse if the headers cannot be forwarded
 */
export function responseHeaders(raw: readonly Buffer[], status: number): string[] {
  const headers: string[] = []
  let options = ''
  let coding: string | null = null
  for (let i = 0; i < raw.length; i += 2) {
    const name = (raw[i] as Buffer).toString('latin1')
    const key = name.toLowerCase()
    if (key === 'connection') options += `,${(raw[i + 1] as Buffer).toString('latin1')}`
    else if (key === 'transfer-encoding')
      coding = `${coding === null ? '' : `${coding},`}${(raw[i + 1] as Buffer).toString('latin1')}`
    else if (key === 'set-cookie' && setsOwnCookie((raw[i + 1] as Buffer).toString('latin1'))) continue
    else if (isForwarded(key)) headers.push(name, (raw[i + 1] as Buffer).toString('latin1'))
  }
  // undici decodes only `chunked`; other codings would be forwarded as plain data (RFC 9112 §6.1).
  if (coding !== null && !/^chunked$/i.test(coding.trim())) throw new BadResponse('the transfer coding is not `chunked`')
  // Drops the length of a recoded or bodiless response (RFC 9112 §6.2, RFC 9110 §8.6).
  const removed = coding !== null || status === 204 ? ['content-length'] : []
  if (options !== '' && !plainOptions.test(options)) {
    for (const option of options.toLowerCase().split(',')) if (option.trim() !== 'content-length') removed.push(option.trim())
  }
  return removed.length === 0 ? headers : without(headers, removed)
}

const isForwarded = byName((name) => !isConnectionField(name) && !isOwnHeader(name))

/** The usual values. */
const plainOptions = /^,(?:keep-alive|close)$/i

function without(headers: readonly string[], removed: readonly string[]): string[] {
  const kept: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string
    if (!removed.includes(name.toLowerCase())) kept.push(name, headers[i + 1] as string)
  }
  return kept
}

/** Product-specific caching headers that override `Cache-Control` (RFC 9213; nginx; Akamai). */
const TARGETED = /^(?:surrogate-control|x-accel-expires|edge-control|(?:.+-)?cdn-cache-control)$/

/**
 * Prevents shared caches from storing the response to an authenticated caller, unless the policy permits the same request
 * anonymously.
 */
export function forCaller(context: RequestContext, headers: string[]): string[] {
  const { authentication, policy, route, routeIndex, decisionRequest, certificate } = context
  // An anonymous evaluation would still read the certificate.
  const isKnown = decisionRequest === null || policy === null || route === null || certificate !== null
  if (!isKnown && authentication?.kind !== 'caller') return headers
  const kept = withoutSharedCaching(headers)
  if (isKnown || kept === headers) return kept
  try {
    if (!policy.mayPermitAnonymous(routeIndex, decisionRequest)) return kept
    return ask(policy, routeIndex, policy.anonymous, decisionRequest).effect === 'permit' ? headers : kept
  } catch {
    return kept
  }
}

/**
 * Restricts caching of a response to the caller's private cache: `private` (RFC 9111 §5.2.2.7) replaces `public` and
 * `s-maxage`, which allow shared storage even with `Authorization` (§3.5). A response without `Cache-Control` gets `private`
 * too, because requests with a session or client certificate need no `Authorization`. Returns the same array if no shared cache
 * may store the response.
 */
export function withoutSharedCaching(headers: string[]): string[] {
  const kept: string[] = []
  /** Index of the last `Cache-Control` value. */
  let at = -1
  let isPrivate = false
  let isChanged = false
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string
    const value = headers[i + 1] as string
    // All these names end with `l` or `s`; few others do.
    const last = name.charCodeAt(name.length - 1) | 0x20
    const lower = last === 0x6c || last === 0x73 ? name.toLowerCase() : ''
    if (lower !== '' && TARGETED.test(lower)) {
      isChanged = true
      continue
    }
    kept.push(name, value)
    if (lower !== 'cache-control') continue
    const directives = directivesOf(value)
    at = kept.length - 1
    const others = directives.filter((one) => !/^(?:public|s-maxage)\s*(?:=|$)/i.test(one))
    kept[at] = others.join(', ')
    isChanged ||= others.length < directives.length
    isPrivate ||= directives.some((one) => /^(?:private|no-store)$/i.test(one))
  }
  if (isPrivate) return isChanged ? kept : headers
  if (at === -1) kept.push('cache-control', 'private')
  else kept[at] = kept[at] === '' ? 'private' : `private, ${kept[at]}`
  return kept
}

/** Splits at commas outside of quotes. */
function directivesOf(value: string): string[] {
  if (!value.includes('"')) return value.split(',').map((one) => one.trim())
  return (value.match(/(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g) ?? []).map((one) => one.trim())
}
