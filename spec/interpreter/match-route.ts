import type { HostPattern, Model, Route, Segment } from '../../language/index.ts'
import type { CanonicalRequest } from '../../request/index.ts'
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
  if (last?.kind === 'rest') {
    const fixed = matchPath(template.slice(0, -1), path.slice(0, template.length - 1))
    const rest = path.slice(template.length - 1)
    return fixed === null || rest.length === 0 ? null : [...fixed, [last.name, rest.join('/')]]
  }
  if (template.length !== path.length) return null
  const params: (readonly [string, Value])[] = []
  for (const [at, segment] of template.entries()) {
    const text = path[at] as string
    if (segment.kind !== 'param') {
      if (segment.kind !== 'literal' || segment.text !== text) return null
      continue
    }
    const value = paramValue(segment, text)
    if (value === null) return null
    params.push([segment.name, value])
  }
  return params
}

type ParamSegment = Extract<Segment, { kind: 'param' }>

function paramValue({ prefix, suffix, type }: ParamSegment, text: string): Value | null {
  if (!text.startsWith(prefix) || !text.endsWith(suffix)) return null
  if (text.length <= prefix.length + suffix.length) return null
  const value = text.slice(prefix.length, text.length - suffix.length)
  if (type === 'string') return value
  if (!/^-?(0|[1-9][0-9]*)$/.test(value) || value === '-0') return null
  return Number.isSafeInteger(Number(value)) ? Number(value) : null
}

/** The more specific first: segment by segment from the left, then the one that names its methods. */
function compareRoutes(a: Route, b: Route): number {
  for (const [at, segment] of a.segments.entries()) {
    const other = b.segments[at]
    if (other !== undefined && rank(segment) !== rank(other)) return rank(segment) < rank(other) ? -1 : 1
  }
  return Number(a.methods === null) - Number(b.methods === null)
}

/** A literal, then by how much text is fixed, an int before a string, and the rest last. */
function rank(segment: Segment): number {
  if (segment.kind === 'literal') return -Infinity
  if (segment.kind === 'rest') return 1
  const fixed = segment.prefix.length + segment.suffix.length
  return -fixed - (segment.type === 'int' ? 0.5 : 0)
}
