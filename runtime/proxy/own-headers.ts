import type { RouteEntry } from '../policy/index.ts'
import { bareHeaderName } from './upstream-headers.ts'

/** The headers that rules of the route's service set, as `bareHeaderName` has them. */
export function ownHeadersOf(route: RouteEntry): ReadonlySet<string> {
  if (route.ownHeaders.length === 0) return NONE
  let known = names.get(route)
  if (known === undefined) {
    known = new Set(route.ownHeaders.map(bareHeaderName))
    names.set(route, known)
  }
  return known
}

const NONE: ReadonlySet<string> = new Set()
const names = new WeakMap<RouteEntry, ReadonlySet<string>>()
