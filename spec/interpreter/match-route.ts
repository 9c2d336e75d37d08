import type { HostPattern, Model, Route, Segment } from '../../language/index.ts'
import type { CanonicalRequest } from '../../request/index.ts'
import { integerOf } from './admit.ts'
import type { Value } from './value.ts'

export interface RouteMatch {
  readonly route: Route
  readonly params: ReadonlyMap<string, Value>
}

type Params = readonly (readonly [name: string, value: Value])[]

/** Tries every route and takes the most specific that matches. The checker refuses routes of which neither would be. */
export function matchRoute(model: Model, request: CanonicalRequest): RouteMatch | null {
  const literal = model.services.some(({ hosts }) => hosts.some((host) => !host.wildcard && host.rest === request.host))
  const matches = model.routes.flatMap((route): RouteMatch[] => {
    if (route.methods !== null && !route.methods.includes(request.method)) return []
    const host = matchHost(route.service.hosts, request.host, literal)
    const path = matchPath(route.segments, request.segments)
    return host === null || path === null ? [] : [{ route, params: new Map([...host, ...path]) }]
  })
  return matches.sort((a, b) => compareRoutes(a.route, b.route))[0] ?? null
}

/** A host that some service names literally belongs to such services alone (decision 1). */
function matchHost(hosts: readonly HostPattern[], host: string, literal: boolean): Params | null {
  const label = host.split('.')[0] as string
  const found = hosts.find(({ wildcard, rest }) =>
    literal ? !wildcard && rest === host : wildcard && label !== '' && host === label + rest,
  )
  if (found === undefined) return null
  return found.param === null ? [] : [[found.param, label]]
}

function matchPath(template: readonly Segment[], path: readonly string[]): Params | null {
  const last = template.at(-1)
  const isRest = last?.kind === 'rest'
  if (isRest ? path.length < template.length : path.length !== template.length) return null
  const params = template.map((segment, at) => matchSegment(segment, path[at] as string, path.slice(at).join('/')))
  return params.some((param) => param === null) ? null : (params as Params[]).flat()
}

/** `rest` is the path from this segment on. */
function matchSegment(segment: Segment, text: string, rest: string): Params | null {
  if (segment.kind === 'literal') return segment.text === text ? [] : null
  if (segment.kind === 'rest') return [[segment.name, rest]]
  const { name, prefix, suffix, type } = segment
  if (!text.startsWith(prefix) || !text.endsWith(suffix) || text.length <= prefix.length + suffix.length) return null
  const inner = text.slice(prefix.length, text.length - suffix.length)
  const value = type === 'int' ? integerOf(inner) : inner
  return value === null ? null : [[name, value]]
}

/** The more specific first: segment by segment from the left, then the one that names its methods. */
function compareRoutes(a: Route, b: Route): number {
  const differing = a.segments.findIndex((segment, at) => rank(segment) !== rank(b.segments[at]))
  if (differing !== -1) return rank(a.segments[differing]) - rank(b.segments[differing])
  return Number(a.methods === null) - Number(b.methods === null)
}

/** A literal, then by how much text is fixed, an int before a string, and the rest last. */
function rank(segment: Segment | undefined): number {
  if (segment === undefined || segment.kind === 'literal') return -1e9
  if (segment.kind === 'rest') return 1
  return -(segment.prefix.length + segment.suffix.length) - (segment.type === 'int' ? 0.5 : 0)
}
