import type { CanonicalRequest } from '../../../request/index.ts'
import { withoutOwnCookies } from '../../identity/sessions/index.ts'
import { type Added, headerFate } from '../forwarding/index.ts'

/** Changes of a request's headers, as an asking proxy makes them. */
export interface HeaderChanges {
  readonly set: readonly (readonly [name: string, value: string])[]
  readonly remove: readonly string[]
  /** Lower-case names of the client's headers that are reserved, for the record. */
  readonly stripped: readonly string[]
}

/**
 * Returns the changes with which the asking proxy forwards a permitted request: those that `upstreamHeaders` makes, but for the
 * headers that the asking proxy itself adds, such as `X-Forwarded-For`.
 */
export function permittedHeaders(request: CanonicalRequest, added: Omit<Added, 'scheme'>): HeaderChanges {
  const set: (readonly [string, string])[] = [
    ['x-iap-request-id', added.requestId],
    ['x-iap-assertion', added.assertion],
    ...Object.entries(added.permitted.headers),
  ]
  const isSet = new Set(set.map(([name]) => name.toLowerCase()))
  const remove = new Set<string>()
  const stripped = new Set<string>()
  const cookies: string[] = []
  let hasOwnCookie = false
  for (const [name, value] of request.headers.entries()) {
    const fate = headerFate(name, added)
    if (fate === 'strip' && !OF_FRONTS.test(name)) stripped.add(name)
    if ((fate === 'strip' && !OF_FRONTS.test(name)) || fate === 'consumed') {
      if (!isSet.has(name)) remove.add(name)
    } else if (name.includes('cookie')) {
      const others = withoutOwnCookies(value)
      hasOwnCookie ||= others !== value
      if (name !== 'cookie' && others === null) remove.add(name)
      else if (name === 'cookie' && others !== null) cookies.push(others)
      else if (others !== null && others !== value) set.push([name, others])
    }
  }
  if (hasOwnCookie && cookies.length === 0) remove.add('cookie')
  else if (hasOwnCookie) set.push(['cookie', cookies.join('; ')])
  return { set, remove: [...remove], stripped: [...stripped] }
}

/**
 * Headers that asking proxies themselves write before they ask, so that to remove them would remove theirs. They replace what
 * clients send. Other statements of proxies, such as `X-Original-URL`, may be the client's, and are removed.
 */
const OF_FRONTS = /^(?:x-forwarded-(?:for|proto|port|client-cert)|x-envoy-.*)$/
