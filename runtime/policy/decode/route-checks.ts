import type { HeaderLookup } from '../../abi/index.ts'
import type { DataSnapshot } from '../module/facts.ts'
import type { RouteEntry } from '../module/tables.ts'

/** Refusal of a request whose headers do not announce JSON (`promisesJson`). */
export const bodyTypeRefusal = {
  status: 415,
  code: 'body-type',
  message: 'the policy reads the body of this route, which must be `application/json` in UTF-8, without a content coding',
} as const

/** Returns whether data that the route's rules read was never received. If so, the request is denied with reason `data`. */
export function lacksData(route: RouteEntry, { arrived }: DataSnapshot): boolean {
  for (const name of route.data) if (!arrived.has(name)) return true
  return false
}

/** Returns a refusal with status 400 if the request repeats a header that the route's conditions read, otherwise `null`. */
export function repeatedHeader(
  route: RouteEntry,
  headers: HeaderLookup,
): { readonly code: 'header-repeated'; readonly message: string } | null {
  for (const name of route.headers) {
    if (headers.count(name) > 1)
      return {
        code: 'header-repeated',
        message: `the policy reads the header \`${name}\`, which occurs in several lines: send it in one`,
      }
  }
  return null
}
