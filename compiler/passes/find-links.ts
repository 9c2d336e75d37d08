/** Links: positions to precompute, collected from the linked positions in routes. */
import {
  callerBelow,
  children,
  type DatumIr,
  type Expr,
  has,
  KIND,
  type LinkIr,
  type PolicyIr,
  type Program,
  type RouteIr,
  unwrapShared,
} from '../ir/index.ts'

/** A link of one route; `map` is the datum whose entries have the field, null for a field of callers. */
interface FoundLink extends LinkIr {
  readonly map: string | null
}

/** Returns the policy with a list of all fields whose positions in data its routes need precomputed (`LinkIr`). */
export function withLinks(policy: PolicyIr): PolicyIr {
  const found = new Map<string | null, Map<string, LinkIr>>()
  for (const route of policy.routes) {
    const ofRoute = linksOf(route)
    if (ofRoute === NONE) continue
    for (const { map, ...link } of ofRoute) {
      const links = found.get(map) ?? new Map<string, LinkIr>()
      const key = `${link.field} ${link.datum}`
      found.set(map, links.set(key, { ...links.get(key), ...link }))
    }
  }
  const data = policy.data.map((one): DatumIr => {
    const links = found.get(one.name)
    return links === undefined ? one : { ...one, links: sorted(links) }
  })
  const ofCallers = found.get(null)
  return { ...policy, data, ...(ofCallers !== undefined && { callerLinks: sorted(ofCallers) }) }
}

/** Reused while a route is the same object. */
const known = new WeakMap<RouteIr, readonly FoundLink[]>()
const NONE: readonly FoundLink[] = []

function linksOf(route: RouteIr): readonly FoundLink[] {
  const before = known.get(route)
  if (before !== undefined) return before
  const found: FoundLink[] = []
  const look = (expression: Expr): void => {
    if (!has(expression, KIND.Position)) return
    if (expression.kind === 'Below' && expression.hierarchy.kind === 'Data') {
      const own = callerBelow(expression)
      if (own !== null) found.push({ map: null, field: own.name, datum: expression.hierarchy.name, ancestors: true })
    }
    if (expression.kind === 'Position' && expression.linked) found.push(linkOf(expression.datum, unwrapShared(expression.text)))
    for (const child of children(expression)) look(child)
  }
  for (const { decide } of [route.anonymous, route.authenticated] satisfies readonly Program[])
    for (const { test, open } of decide) for (const root of [test, open]) if (root !== null) look(root)
  const links = found.length === 0 ? NONE : found
  known.set(route, links)
  return links
}

function linkOf(datum: Expr, text: Expr): FoundLink {
  if (datum.kind === 'Data' && text.kind === 'CallerField') return { map: null, field: text.name, datum: datum.name }
  const entry = text.kind === 'Field' ? unwrapShared(text.object) : null
  const map = entry?.kind === 'MapRead' || entry?.kind === 'Entry' ? entry.map : null
  if (datum.kind !== 'Data' || text.kind !== 'Field' || map?.kind !== 'Data')
    throw new Error('a position that nobody can find before')
  return { map: map.name, field: text.name, datum: datum.name }
}

function sorted(links: ReadonlyMap<string, LinkIr>): readonly LinkIr[] {
  return [...links].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, link]) => link)
}
