import type { DataSnapshot, RouteProgram } from '../../abi/index.ts'

/** Whether something that the rules of the route read has never arrived: then it is denied, reason `data`. */
export function lacksData(route: RouteProgram, data: DataSnapshot): boolean {
  for (const name of route.data) if (data[name] === undefined) return true
  return false
}
