import { type CanonicalRequest, hopByHop, isConnectionField } from '../../../request/index.ts'
import { withoutOwnCookies } from '../../identity/sessions/index.ts'
import { type Added, headerFate } from '../forwarding/index.ts'

/** Changes of a request's headers, as an asking proxy makes them. */
export interface HeaderChanges {
  readonly set: readonly (readonly [name: string, value: string])[]
  readonly remove: readonly string[]
  /** Lower-case names of the client's headers that are reserved, for the record. */
  readonly stripped: readonly string[]
  /** Lower-case names of reserved headers that the asking proxy would forward. The request must be refused if there are any. */
  readonly kept: readonly string[]
}

/** What an asking proxy does with reserved headers. Names are in lower case. */
export interface FrontHeaders {
  /** Returns whether the asking proxy itself writes a header before it asks, so that to remove it would remove its own. */
  writes(name: string): boolean
  /** Returns whether the asking proxy can remove a header that clients send. */
  removes(name: string): boolean
}

/** Envoy removes each header that it is told to. */
export const envoyHeaders: FrontHeaders = {
  writes: (name) => /^(?:x-forwarded-(?:for|proto|port|client-cert)|x-envoy-.*)$/.test(name),
  removes: () => true,
}

/**
 * Returns the changes with which the asking proxy forwards a permitted request: those that `upstreamHeaders` makes, but for the
 * headers that the asking proxy itself adds, such as `X-Forwarded-For`.
 */
export function permittedHeaders(
  request: CanonicalRequest,
  added: Omit<Added, 'scheme'>,
  front: FrontHeaders = envoyHeaders,
): HeaderChanges {
  const set: (readonly [string, string])[] = [
    ['x-iap-request-id', added.requestId],
    ['x-iap-assertion', added.assertion],
    ...Object.entries(added.permitted.headers),
  ]
  const isSet = new Set(set.map(([name]) => name.toLowerCase()))
  const remove = new Set<string>()
  const stripped = new Set<string>()
  const kept = new Set<string>()
  const cookies: string[] = []
  let hasOwnCookie = false
  for (const [name, value] of request.headers.entries()) {
    const fate = headerFate(name, added)
    const isStripped = fate === 'strip' && !front.writes(name)
    if (isStripped) stripped.add(name)
    if (isStripped || fate === 'consumed') {
      if (isSet.has(name)) continue
      remove.add(name)
      // A front that sets the headers of rules removes them, too.
      if (isStripped && !front.removes(name) && !added.permitted.own.has(name)) kept.add(name)
    } else if (name.includes('cookie')) {
      const others = withoutOwnCookies(value)
      hasOwnCookie ||= others !== value
      if (name !== 'cookie' && others === null) remove.add(name)
      else if (name === 'cookie' && others !== null) cookies.push(others)
      else if (others !== null && others !== value) set.push([name, others])
    }
  }
  // Lines that `Connection` names are not decided on, and asking proxies forward them nevertheless.
  for (const name of hopByHop(request.headers)) {
    if (isConnectionField(name) || isSet.has(name)) continue
    remove.add(name)
    if (!front.removes(name)) kept.add(name)
  }
  if (hasOwnCookie && cookies.length === 0) remove.add('cookie')
  else if (hasOwnCookie) set.push(['cookie', cookies.join('; ')])
  return { set, remove: [...remove], stripped: [...stripped], kept: [...kept] }
}
