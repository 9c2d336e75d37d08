import type { Model, Route } from '../../language/checker/model.ts'
import { addressOf, overlap, ownerFinder, routeCovers } from './addresses.ts'

/** A route of the older policy and a route of the newer one that some request may match. Null stands for no route. */
export interface RoutePair {
  readonly before: Route | null
  readonly after: Route | null
  /** Whether both routes match exactly the same requests, even under different names. */
  readonly unchanged: boolean
}

export interface PairedRoutes {
  readonly pairs: readonly RoutePair[]
  /** Routes that both policies have, matched by name, or else by method, host and path. */
  readonly matched: readonly { readonly before: Route; readonly after: Route }[]
  readonly added: readonly Route[]
  readonly removed: readonly Route[]
}

export function pairRoutes(before: Model, after: Model): PairedRoutes {
  const matched = match(before.routes, after.routes)
  const ownerChanged = ownerFinder(before, after)
  const same = matched.filter((pair) => addressOf(pair.before) === addressOf(pair.after) && !ownerChanged(pair.after))
  const [settledBefore, settledAfter] = [new Set(same.map((pair) => pair.before)), new Set(same.map((pair) => pair.after))]
  const pairs: RoutePair[] = same.map((pair) => ({ ...pair, unchanged: true }))
  const moved = after.routes.filter((route) => !settledAfter.has(route))
  for (const route of moved) {
    for (const other of before.routes) if (overlap(other, route)) pairs.push({ before: other, after: route, unchanged: false })
    if (!before.routes.some((other) => routeCovers(other, route)) || ownerChanged(route))
      pairs.push({ before: null, after: route, unchanged: false })
  }
  for (const route of before.routes.filter((one) => !settledBefore.has(one))) {
    // Other pairs were found from the other side.
    for (const other of after.routes)
      if (settledAfter.has(other) && overlap(route, other)) pairs.push({ before: route, after: other, unchanged: false })
    if (!after.routes.some((other) => routeCovers(other, route)) || ownerChanged(route))
      pairs.push({ before: route, after: null, unchanged: false })
  }
  const [known, knownBefore] = [new Set(matched.map((pair) => pair.after)), new Set(matched.map((pair) => pair.before))]
  return {
    pairs,
    matched,
    added: after.routes.filter((route) => !known.has(route)),
    removed: before.routes.filter((route) => !knownBefore.has(route)),
  }
}

function match(before: readonly Route[], after: readonly Route[]): PairedRoutes['matched'] {
  const byName = new Map(before.map((route) => [route.name, route]))
  const names = new Set(after.map(({ name }) => name))
  const byAddress = new Map(before.filter(({ name }) => !names.has(name)).map((route) => [addressOf(route), route]))
  return after.flatMap((route) => {
    const found = byName.get(route.name) ?? byAddress.get(addressOf(route))
    return found === undefined ? [] : [{ before: found, after: route }]
  })
}
