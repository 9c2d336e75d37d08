import { readQuery } from '../../../request/index.ts'
import type { QueryHandle } from '../../realm/program/program.ts'
import type { Policy } from '../module/policy.ts'
import type { RouteEntry } from '../module/tables.ts'

export type QueryResult =
  /** Typed; null if the route declares none. */
  | { readonly ok: true; readonly query: QueryHandle | null }
  /** One sentence with declared keys only. */
  | { readonly ok: false; readonly message: string }

/** Decodes the query of a request into the types of its route. `rawQuery` includes the `?`. */
export function readRouteQuery(policy: Policy, route: RouteEntry, rawQuery: string): QueryResult {
  if (route.query === null) return NONE
  const { keys } = route.query
  const read = readQuery(rawQuery, keys)
  if (!read.ok) return read
  const query = policy.query(route.index, read.values)
  if (query !== null) return { ok: true, query }
  const missing = keys.find(({ name, optional, many }) => !optional && !many && read.values[name]?.length === 0)
  const names = keys.map(({ name }) => `\`${name}\``).join(', ')
  return {
    ok: false,
    message:
      missing === undefined
        ? `a query key has a value that its declared type does not allow; the keys of the route are ${names}`
        : `the key \`${missing.name}\` of the query is missing`,
  }
}

const NONE: QueryResult = { ok: true, query: null }
