import type { HeaderLookup } from '../../abi/index.ts'
import type { DataSnapshot } from '../module/facts.ts'
import type { RouteEntry } from '../module/tables.ts'

/** For a head that promises no JSON (`promisesJson`). */
export const bodyTypeRefusal = {
  status: 415,
  code: 'body-type',
  message: 'the policy reads the body of this route, which must be `application/json` in UTF-8, without a content coding',
} as const

/** Whether data read by the route's rules were never received: then it is denied, reason `data`. */
export function lacksData(route: RouteEntry, { arrived }: DataSnapshot): boolean {
  for (const name of route.data) if (!arrived.has(name)) return true
  return false
}

/** Returns a 400 if a header read by the route's conditions has several lines, else null. */
export function repeatedHeader(
  route: RouteEntry,
  headers: HeaderLookup,
): { readonly code: 'header-repeated'; readonly message: string } | null {
  for (const name of route.headers) {
    if (headers.count(name) > 1)
      return { code: 'header-repeated', message: `the policy reads the header \`${name}\`, which came in several lines` }
  }
  return null
}
