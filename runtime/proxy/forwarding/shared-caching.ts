import { ask } from '../../policy/index.ts'
import type { RequestContext } from '../request-context.ts'

/** Product-specific caching headers that override `Cache-Control` (RFC 9213; nginx; Akamai). */
const TARGETED = /^(?:surrogate-control|x-accel-expires|edge-control|(?:.+-)?cdn-cache-control)$/

/** Keeps shared caches from storing a verified caller's response, unless the policy permits the same request anonymously. */
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
 * Allows only the caller's own cache: replaces `public` and `s-maxage`, which allow storing even with `Authorization` (RFC 9111
 * §3.5), by `private` (§5.2.2.7). Sessions and client certificates lack that header, so a silent response gets `private` too.
 * Returns the same array if no shared cache may store it.
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
