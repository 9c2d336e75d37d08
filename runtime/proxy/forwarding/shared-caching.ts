import { ask } from '../../policy/index.ts'
import type { RequestContext } from '../request-context.ts'

/** What tells caches of one product to store an answer, whatever `Cache-Control` says (RFC 9213; nginx; Akamai). */
const TARGETED = /^(?:surrogate-control|x-accel-expires|edge-control|(?:.+-)?cdn-cache-control)$/

/**
 * Returns the headers of a service's answer so that no shared cache stores what is for its caller alone: the caller or the client
 * certificate was verified, and the policy does not permit the same request to an anonymous client. What anybody may have stays
 * as the service says, also for a caller.
 */
export function forCaller(exchange: RequestContext, headers: string[]): string[] {
  const { authentication, policy, route, routeIndex, decisionRequest, showedCertificate } = exchange
  // An anonymous decision on this request would still read the certificate.
  const isKnown = decisionRequest === null || policy === null || route === null || showedCertificate
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
 * The headers of an answer (name, value, name, value …) so that only the caller's own cache may store it: `private` (RFC 9111
 * §5.2.2.7) in place of `public` and `s-maxage`, by which shared caches would keep even what came with `Authorization` (§3.5).
 * Sessions and client certificates come without that header, so an answer that says nothing gets `private` too. Returns `headers`
 * itself if no shared cache may store them.
 */
export function withoutSharedCaching(headers: string[]): string[] {
  const kept: string[] = []
  /** Of the last `Cache-Control`, where its value stands. */
  let at = -1
  let isPrivate = false
  let isChanged = false
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string
    const value = headers[i + 1] as string
    // All of these names end with `l` or `s`, and few others do.
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

/** Separated by commas, but not by those in quotes. */
function directivesOf(value: string): string[] {
  if (!value.includes('"')) return value.split(',').map((one) => one.trim())
  return (value.match(/(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g) ?? []).map((one) => one.trim())
}
