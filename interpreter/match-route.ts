import type { HostPattern, Model, Route, Segment } from '../language/index.ts'
import type { CanonicalRequest } from '../request/index.ts'
import { integerOf } from './admit.ts'
import { reject } from './decode.ts'
import { attempt, EvalFailure, type Value } from './value.ts'

type Params = readonly (readonly [name: string, value: Value])[]

/**
 * Returns the most specific route that matches a request, and its decoded parameters; null if no route matches. The checker
 * rejects ambiguous routes.
 */
export function matchRoute(model: Model, { method, host, segments }: CanonicalRequest) {
  const hosts = model.services.flatMap((service) => service.hosts)
  const isNamed = hosts.some(({ wildcard, rest }) => !wildcard && rest === host)
  const matches = model.routes.flatMap((route) => {
    if (route.methods !== null && !route.methods.includes(method)) return []
    const params = attempt(() => [...matchHost(route.service.hosts, host, isNamed), ...matchPath(route.segments, segments)])
    return params instanceof EvalFailure ? [] : [{ route, params: new Map(params) }]
  })
  return matches.sort((a, b) => compareRoutes(a.route, b.route))[0] ?? null
}

/**
 * Returns the parameter of the host; fails if no pattern matches. A host that some service names literally (`isNamed`) belongs to
 * such services alone (decision 1).
 */
export function matchHost(hosts: readonly HostPattern[], host: string, isNamed: boolean): Params {
  const label = host.split('.')[0] as string
  const fits = ({ wildcard, rest }: HostPattern) => (wildcard ? label !== '' && host === label + rest : host === rest)
  const found = hosts.find((pattern) => pattern.wildcard !== isNamed && fits(pattern)) ?? reject()
  return found.param === null ? [] : [[found.param, label]]
}

/** Returns the parameters of the path. Fails if it does not match. */
export function matchPath(template: readonly Segment[], path: readonly string[]): Params {
  const isLong = template.at(-1)?.kind === 'rest' && path.length > template.length
  if (!isLong && path.length !== template.length) return reject()
  return template.flatMap((segment, at) => matchSegment(segment, path[at] as string, path.slice(at)))
}

/** `rest` is the path from this segment on. */
export function matchSegment(segment: Segment, text: string, rest: readonly string[]): Params {
  if (segment.kind === 'literal') return segment.text === text ? [] : reject()
  if (segment.kind === 'rest') return [[segment.name, rest.join('/')]]
  const { name, prefix, suffix, type } = segment
  if (!text.startsWith(prefix) || !text.endsWith(suffix) || text.length <= prefix.length + suffix.length) return reject()
  const inner = text.slice(prefix.length, text.length - suffix.length)
  return [[name, type === 'int' ? integerOf(inner) : inner]]
}

/** Orders the more specific first: segment by segment, then the one that names its methods. */
function compareRoutes(a: Route, b: Route): number {
  const differing = a.segments.findIndex((segment, at) => rank(segment) !== rank(b.segments[at]))
  if (differing !== -1) return rank(a.segments[differing]) - rank(b.segments[differing])
  return Number(a.methods === null) - Number(b.methods === null)
}

/** Ranks a literal first, then by the length of fixed text, an int before a string, and a rest last. */
function rank(segment: Segment | undefined): number {
  if (segment === undefined || segment.kind === 'literal') return -1e9
  if (segment.kind === 'rest') return 1
  return -(segment.prefix.length + segment.suffix.length) - (segment.type === 'int' ? 0.5 : 0)
}
