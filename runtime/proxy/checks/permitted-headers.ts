import { type CanonicalRequest, foldHeaderName, hopByHop, isConnectionField } from '../../../request/index.ts'
import { withoutOwnCookies } from '../../identity/sessions/index.ts'
import { type Added, byName, headerFate } from '../forwarding/index.ts'
import { ALWAYS_REMOVED, spellings } from './always-removed.ts'

/** Changes of a request's headers, as an asking proxy makes them. */
export interface HeaderChanges {
  readonly set: readonly (readonly [name: string, value: string])[]
  readonly remove: readonly string[]
  /** Names to remove whatever the request has. Requests of one kind share the list, so that its encoding can be kept. */
  readonly alwaysRemove: readonly string[]
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
  /** Returns whether the asking proxy adds a header to nearly all checks, so that a record does not show it as the client's. */
  adds?(name: string): boolean
  /**
   * Whether the asking proxy makes all changes of an answer, whatever their names. It is then also told to state the client's
   * address and scheme.
   */
  readonly changesAny?: boolean
  /** Whether the asking proxy may withhold reserved headers of the client from a check. It is then told to remove them all. */
  readonly mayWithhold?: boolean
}

/**
 * Envoy makes each change that it is told to. The certificate that it states is the only reserved header that it writes in all
 * configurations: what clients send as `X-Forwarded-For` or `X-Envoy-*` passes unless it has `use_remote_address: true`.
 */
export const envoyHeaders: FrontHeaders = {
  writes: (name) => name === 'x-forwarded-client-cert',
  removes: () => true,
  adds: (name) => ADDED_BY_ENVOY.test(name),
  changesAny: true,
  mayWithhold: true,
}

/** The same if Envoy sends all headers of the client. */
export const envoyWithAllHeaders: FrontHeaders = { ...envoyHeaders, mayWithhold: false }

const ADDED_BY_ENVOY = /^x-forwarded-(?:for|proto)$|^x-envoy-(?:external-address|internal)$/

/**
 * Returns the changes with which the asking proxy forwards a permitted request: those that `upstreamHeaders` makes, but for the
 * headers that the asking proxy itself writes.
 */
export function permittedHeaders(
  request: CanonicalRequest,
  added: Omit<Added, 'scheme'>,
  front: FrontHeaders = envoyHeaders,
): HeaderChanges {
  const set: (readonly [string, string])[] = front.changesAny ? clientOf(request) : []
  set.push(['x-iap-request-id', added.requestId], ['x-iap-assertion', added.assertion])
  for (const name of Object.keys(added.permitted.headers)) set.push([name, added.permitted.headers[name] as string])
  const isSet = set.map(([name]) => name.toLowerCase())
  const always = front.mayWithhold ? alwaysRemoved(added) : front.changesAny ? ONLY_OF_PROXIES : NOTHING
  // Lists, as a set costs more than all that is done with these few names.
  const remove: string[] = []
  const stripped: string[] = []
  const kept: string[] = []
  const cookies: string[] = []
  let hasOwnCookie = false
  for (const [name, value] of request.headers.entries()) {
    const fate = headerFate(name, added)
    const isStripped = fate === 'strip' && !front.writes(name)
    if (isStripped && !front.adds?.(name)) add(stripped, name)
    if (isStripped || fate === 'consumed') {
      if (isSet.includes(name)) continue
      add(remove, name)
      // A front that sets the headers of rules removes them, too.
      if (isStripped && !front.removes(name) && !added.permitted.own.has(name)) add(kept, name)
    } else if (isOfProxies(name)) {
      // Meant for a proxy (RFC 9110 §11.7), and asking proxies forward it nevertheless.
      add(remove, name)
    } else if (name.includes('cookie')) {
      const others = withoutOwnCookies(value)
      hasOwnCookie ||= others !== value
      if (name !== 'cookie' && others === null) add(remove, name)
      else if (name === 'cookie' && others !== null) cookies.push(others)
      else if (others !== null && others !== value) set.push([name, others])
    }
  }
  // Lines that `Connection` names are not decided on, and asking proxies forward them nevertheless.
  for (const name of hopByHop(request.headers)) {
    if (isConnectionField(name) || isSet.includes(name) || front.writes(name)) continue
    add(remove, name)
    if (!front.removes(name)) add(kept, name)
  }
  if (hasOwnCookie && cookies.length === 0) add(remove, 'cookie')
  else if (hasOwnCookie) set.push(['cookie', cookies.join('; ')])
  return {
    set,
    remove: remove.filter((name) => !always.names.has(name)),
    alwaysRemove: without(always, isSet),
    stripped,
    kept,
  }
}

function add(names: string[], name: string): void {
  if (!names.includes(name)) names.push(name)
}

/** Credentials for proxies, and what belongs to one connection but survives an upgrade. */
const OF_PROXIES: ReadonlySet<string> = new Set(['proxy-authorization', 'http2-settings'])

const isOfProxies = byName((name) => OF_PROXIES.has(foldHeaderName(name)))

/** Returns the names that are always removed but for those that are set: the same list for the same names. */
function without({ names, list, lists }: Names, isSet: readonly string[]): readonly string[] {
  let key = ''
  for (const name of isSet) if (names.has(name)) key += `${name} `
  let found = lists.get(key)
  if (found === undefined) {
    found = key === '' ? list : list.filter((name) => !isSet.includes(name))
    if (lists.size >= MAX_LISTS) lists.clear()
    lists.set(key, found)
  }
  return found
}

/** Combinations of headers that rules of one service set. */
const MAX_LISTS = 64

interface Names {
  readonly list: readonly string[]
  readonly names: ReadonlySet<string>
  /** Lists without some names, by these names. */
  readonly lists: Map<string, readonly string[]>
}

const NOTHING: Names = { list: [], names: new Set(), lists: new Map() }

/** A check that describes a request by its own lines shows no `HTTP2-Settings` of the client, as it could be one of its own. */
const ONLY_OF_PROXIES: Names = { list: [...OF_PROXIES], names: OF_PROXIES, lists: new Map() }

/** The client as this proxy found it, instead of what clients and proxies before state. */
function clientOf({ sourceIp, scheme }: CanonicalRequest): (readonly [string, string])[] {
  const address = ['x-forwarded-for', sourceIp] as const
  return scheme === null ? [address] : [address, ['x-forwarded-proto', scheme]]
}

/** Returns names of headers that must not reach the service, even if the check does not show that the client sent them. */
function alwaysRemoved({ allowed, permitted: { own } }: Omit<Added, 'scheme'>): Names {
  let byOwn = known.get(allowed)
  if (byOwn === undefined) {
    byOwn = new WeakMap()
    known.set(allowed, byOwn)
  }
  let found = byOwn.get(own)
  if (found === undefined) {
    const reserved = { allowed, consumed: [], permitted: { own, headers: {} }, requestId: '', assertion: '' }
    const stripped = ALWAYS_REMOVED.filter((name) => headerFate(name, reserved) === 'strip')
    const names = new Set([...OF_PROXIES, ...stripped, ...spellings(...own)])
    found = { list: [...names], names, lists: new Map() }
    byOwn.set(own, found)
  }
  return found
}

/** A cache, by the headers that a service allows and those that its rules set: both are the same objects for each request. */
const known = new WeakMap<ReadonlySet<string>, WeakMap<ReadonlySet<string>, Names>>()
