import type { DataSnapshot } from '../module/facts.ts'
import type { RouteEntry } from '../module/tables.ts'

/** Whether something that the rules of the route read has never arrived: then it is denied, reason `data`. */
export function lacksData(route: RouteEntry, { arrived }: DataSnapshot): boolean {
  for (const name of route.data) if (!arrived.has(name)) return true
  return false
}
