import { ask } from '../policy/index.ts'
import type { Exchange } from './exchange.ts'

/** What tells caches of one product to store an answer, whatever `Cache-Control` says (RFC 9213; nginx; Akamai). */
const TARGETED = /^(?:surrogate-control|x-accel-expires|edge-control|(?:.+-)?cdn-cache-control)$/

/**
 * Whether the answer is for its caller alone: somebody was recognised, and the policy would not permit the same request to nobody. What everybody may
 * have stays as the service says, also for who is signed in.
 */
export function isForCaller({
  authentication,
  policy,
  route,
  routeIndex,
  decisionRequest,
  showedCertificate,
}: Exchange): boolean {
  if (decisionRequest === null || policy === null || route === null) return true
  if (authentication?.kind !== 'caller') return showedCertificate
  try {
    return ask(policy, routeIndex, policy.anonymous, decisionRequest).effect !== 'permit'
  } catch {
    return true
  }
}

/**
 * The headers of an answer (name, value, name, value …) so that only the caller's own cache may store it: `private` (RFC 9111 §5.2.2.7) in place of `public` and
 * `s-maxage`, by which shared caches would keep even what came with `Authorization` (§3.5). Sessions and client certificates come without that header, so an answer
 * that says nothing gets `private` too.
 */
export function withoutSharedCaching(headers: readonly string[]): string[] {
  const kept: string[] = []
  /** Of the last `Cache-Control`, where its value stands. */
  let at = -1
  let isPrivate = false
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string
    const value = headers[i + 1] as string
    // All of these names end with `l` or `s`, and few others do.
    const last = name.charCodeAt(name.length - 1) | 0x20
    const lower = last === 0x6c || last === 0x73 ? name.toLowerCase() : ''
    if (lower !== '' && TARGETED.test(lower)) continue
    kept.push(name, value)
    if (lower !== 'cache-control') continue
    const directives = directivesOf(value)
    at = kept.length - 1
    kept[at] = directives.filter((one) => !/^(?:public|s-maxage)\s*(?:=|$)/i.test(one)).join(', ')
    isPrivate ||= directives.some((one) => /^(?:private|no-store)$/i.test(one))
  }
  if (isPrivate) return kept
  if (at === -1) kept.push('cache-control', 'private')
  else kept[at] = kept[at] === '' ? 'private' : `private, ${kept[at]}`
  return kept
}

/** Separated by commas, but not by those in quotes. */
function directivesOf(value: string): string[] {
  if (!value.includes('"')) return value.split(',').map((one) => one.trim())
  return (value.match(/(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g) ?? []).map((one) => one.trim())
}
