import type { HeaderLookup } from '../../abi/index.ts'
import type { RouteEntry } from '../module/tables.ts'

/** A header that conditions of the route read and that came in two lines: two readings, so a 400. Null: none. */
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
