/** Addresses of routes: which routes of two policies have the same one, and which could take requests from each other. */
import type { HostPattern, Model, Route, Segment } from '../../language/checker/model.ts'

/** Returns a key that is equal for routes that match the same requests, even if the names of parameters differ. */
export function addressOf({ service, methods, segments, rpc }: Route): string {
  const hosts = service.hosts.map(hostKey).sort()
  return JSON.stringify([hosts, methods, rpc, segments.map((segment) => ({ ...segment, name: '' }))])
}

/** A pattern's wildcard label has no name. */
function hostKey({ wildcard, rest }: HostPattern): string {
  return `${wildcard ? '*' : ''}${rest}`
}

/** Returns whether some request may match both routes. Conservative: may also return true if no request matches both. */
export function overlap(a: Route, b: Route): boolean {
  const { methods } = b
  if (a.methods !== null && methods !== null && !a.methods.some((method) => methods.includes(method))) return false
  if (!a.service.hosts.some((host) => b.service.hosts.some((other) => hostsOverlap(host, other)))) return false
  return segmentsOverlap(a.segments, b.segments)
}

function hostsOverlap(a: HostPattern, b: HostPattern): boolean {
  if (a.wildcard && b.wildcard) return a.rest === b.rest
  if (!a.wildcard && !b.wildcard) return a.rest === b.rest
  return a.wildcard ? b.rest.endsWith(a.rest) : a.rest.endsWith(b.rest)
}

function segmentsOverlap([a, ...as]: readonly Segment[], [b, ...bs]: readonly Segment[]): boolean {
  if (a === undefined || b === undefined) return a === b
  if (a.kind === 'rest' || b.kind === 'rest') return true
  return segmentOverlaps(a, b) && segmentsOverlap(as, bs)
}

function segmentOverlaps(a: Segment, b: Segment): boolean {
  if (a.kind === 'literal' && b.kind === 'literal') return a.text === b.text
  const [one, other] = a.kind === 'param' ? [a, b] : [b, a]
  if (one.kind !== 'param' || other.kind === 'rest') return true
  if (other.kind === 'literal') return takes(one, other.text)
  const begins = one.prefix.startsWith(other.prefix) || other.prefix.startsWith(one.prefix)
  return begins && (one.suffix.endsWith(other.suffix) || other.suffix.endsWith(one.suffix))
}

function takes({ type, prefix, suffix }: Extract<Segment, { kind: 'param' }>, text: string): boolean {
  if (text.length <= prefix.length + suffix.length || !text.startsWith(prefix) || !text.endsWith(suffix)) return false
  return type === 'string' || /^-?(0|[1-9][0-9]*)$/.test(text.slice(prefix.length, text.length - suffix.length))
}

/**
 * Returns whether every request that matches `inner` also matches `outer`. Conservative: may return false although that holds.
 */
export function routeCovers(outer: Route, inner: Route): boolean {
  const { methods } = outer
  if (methods !== null && !(inner.methods?.every((method) => methods.includes(method)) ?? false)) return false
  const hosts = new Set(outer.service.hosts.map(hostKey))
  if (!inner.service.hosts.every((host) => hosts.has(hostKey(host)))) return false
  return segmentsCover(outer.segments, inner.segments)
}

function segmentsCover([outer, ...more]: readonly Segment[], [inner, ...others]: readonly Segment[]): boolean {
  if (outer === undefined || inner === undefined) return outer === inner
  if (outer.kind === 'rest') return true
  return segmentCovers(outer, inner) && segmentsCover(more, others)
}

function segmentCovers(outer: Segment, inner: Segment): boolean {
  if (outer.kind === 'literal' || inner.kind === 'rest')
    return outer.kind === 'literal' && inner.kind === 'literal' && outer.text === inner.text
  if (outer.kind === 'rest') return true
  if (inner.kind === 'literal') return takes(outer, inner.text)
  const within = inner.prefix.startsWith(outer.prefix) && inner.suffix.endsWith(outer.suffix)
  return within && (outer.type === inner.type || (outer.type === 'string' && outer.prefix === '' && outer.suffix === ''))
}

/**
 * Returns a predicate on routes: whether the route has a wildcard host that matches a literal host of only one of the two
 * policies. In that policy, the service with the literal host gets the host's requests
 * (`spec/language/decisions/0001-a-literal-host-owns-its-requests.md`).
 */
export function ownerFinder(before: Model, after: Model): (route: Route) => boolean {
  const [were, are] = [literalHosts(before), literalHosts(after)]
  const changed = [...were, ...are].filter((host) => !were.has(host) || !are.has(host))
  return ({ service }) => service.hosts.some(({ wildcard, rest }) => wildcard && changed.some((host) => host.endsWith(rest)))
}

function literalHosts({ services }: Model): ReadonlySet<string> {
  return new Set(services.flatMap(({ hosts }) => hosts.flatMap(({ wildcard, text }) => (wildcard ? [] : [text]))))
}
