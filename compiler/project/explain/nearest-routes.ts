/** What a request lacks for a route. */
import { attempt, EvalFailure, matchHost, matchPath, matchSegment } from '../../../interpreter/index.ts'
import { type Model, nearest, type Route, type Segment } from '../../../language/index.ts'
import { type CanonicalRequest, canonicalizeUrl, type WrittenRequest } from '../../../request/index.ts'
import { type ExplainedPolicy, type NearestRoutes, spanJson } from './explanation-json.ts'

const MOST = 3

/** Returns the routes that are nearest to a request that none of them matches; `null` if it has no canonical form. */
export function nearestRoutes({ model, seen }: ExplainedPolicy, request: WrittenRequest): NearestRoutes | null {
  const canonical = canonicalizeUrl(request)
  if (!canonical.ok) return null
  const { differs, routes } = nearestTo(model, canonical.request)
  return {
    differs,
    routes: routes.slice(0, MOST).map((route) => ({
      ...{ route: route.name, methods: route.methods, hosts: hostsOf(route), path: route.template },
      place: spanJson(seen(route.place)),
    })),
  }
}

function nearestTo(model: Model, request: CanonicalRequest): { differs: NearestRoutes['differs']; routes: readonly Route[] } {
  const { method, host, segments } = request
  const isNamed = model.services.some(({ hosts }) => hosts.some(({ wildcard, rest }) => !wildcard && rest === host))
  const there = model.routes.filter(({ service }) => fits(() => matchHost(service.hosts, host, isNamed)))
  const withPath = there.filter((route) => fits(() => matchPath(route.segments, segments)))
  if (withPath.length > 0) return { differs: 'method', routes: withPath }
  const isElsewhere = there.length === 0
  const ranked = (isElsewhere ? model.routes : there).flatMap((route) => {
    const isAlikeHost = isElsewhere && isAlike(host, hostsOf(route))
    if (!hasCommon(route.segments, segments, !isElsewhere || isAlikeHost)) return []
    const others = (isElsewhere && !isAlikeHost ? OTHER_HOST : 0) + ((route.methods?.includes(method) ?? true) ? 0 : OTHER_METHOD)
    return [{ route, distance: distanceOf(route.segments, segments) + others }]
  })
  ranked.sort((a, b) => a.distance - b.distance)
  return { differs: isElsewhere ? 'host' : 'path', routes: ranked.map(({ route }) => route) }
}

/** Distances in segments that differ. Less than one that is misspelled, so that they order routes whose paths are as near. */
const [OTHER_HOST, OTHER_METHOD] = [0.2, 0.1]
/** Also of what is no value of a parameter. */
const MISSPELLED = 0.5

function distanceOf(template: readonly Segment[], path: readonly string[]): number {
  const more = path.length - template.length
  const length = template.at(-1)?.kind === 'rest' ? Math.max(0, -more) : Math.abs(more)
  return template.reduce((sum, segment, at) => sum + segmentDistance(segment, path[at]), length)
}

/** What lacks its counterpart is in the distance of lengths. */
function segmentDistance(segment: Segment, text: string | undefined): number {
  if (text === undefined || segment.kind === 'rest' || fits(() => matchSegment(segment, text, []))) return 0
  return segment.kind === 'param' || isAlike(text, [segment.text]) ? MISSPELLED : 1
}

/**
 * Whether a fixed segment is the same or misspelled.
 *
 * @param open the result for a template without fixed segments
 */
function hasCommon(template: readonly Segment[], path: readonly string[], open: boolean): boolean {
  const fixed = template.flatMap((segment, at) => (segment.kind === 'literal' ? [{ segment, text: path[at] }] : []))
  return fixed.length === 0 ? open : fixed.some(({ segment, text }) => text !== undefined && segmentDistance(segment, text) < 1)
}

function isAlike(text: string, known: readonly string[]): boolean {
  return nearest(text, known) !== null
}

function hostsOf({ service }: Route): readonly string[] {
  return service.hosts.map(({ text }) => text)
}

function fits(match: () => unknown): boolean {
  return !(attempt(match) instanceof EvalFailure)
}
