import type { ExpressionContext, RootShape } from '../expressions/expression-context.ts'
import { shareRoot } from '../expressions/share-root.ts'
import type { Route } from '../model.ts'
import { type FieldShape, INT, STRING, type Type } from '../types/type.ts'

export type Roots = ExpressionContext['roots']

/** Unknown routes cause no reports. */
const UNKNOWN_ROOTS: Roots = { params: null, query: null, body: null }

/**
 * Returns a function that takes a list of routes and returns the types that `params`, `query` and `body` have on all of them. The
 * types are computed lazily, once for each list.
 */
export function createSharedRoots(): (routes: readonly Route[] | null) => Roots {
  const known = new Map<readonly Route[], Roots>()
  const params = remembering(typeOfParams)
  const query = remembering(typeOfQuery)
  return (routes) => {
    if (routes === null) return UNKNOWN_ROOTS
    const roots = known.get(routes) ?? lazyRoots(routes, params, query)
    known.set(routes, roots)
    return roots
  }
}

type TypeOf = (route: Route) => Type | null

function lazyRoots(routes: readonly Route[], params: TypeOf, query: TypeOf): Roots {
  const of = (typeOf: TypeOf) => {
    let made: { readonly shape: RootShape | undefined } | null = null
    return () => {
      made ??= { shape: shareRoot(routes.map(typeOf)) }
      return made.shape
    }
  }
  const [paramsOf, queryOf, bodyOf] = [of(params), of(query), of(({ body }) => body?.type ?? null)]
  const lazy = {
    get params() {
      return paramsOf()
    },
    get query() {
      return queryOf()
    },
    get body() {
      return bodyOf()
    },
    get rests() {
      return restsOf(routes)
    },
  }
  // Readers treat an undefined property as an absent one.
  return lazy as Roots
}

function restsOf(routes: readonly Route[]): ReadonlySet<string> {
  const rests = routes.flatMap(({ segments }) => segments.filter((segment) => segment.kind === 'rest'))
  return new Set(rests.map(({ name }) => name))
}

function remembering(typeOf: TypeOf): TypeOf {
  const known = new Map<Route, Type | null>()
  return (route) => {
    const before = known.get(route)
    if (before !== undefined) return before
    const type = typeOf(route)
    known.set(route, type)
    return type
  }
}

function typeOfParams({ params }: Route): Type | null {
  if (params.length === 0) return null
  const fields = params.map(({ name, type }): [string, FieldShape] => [
    name,
    { type: type === 'int' ? INT : STRING, optional: false, path: [name] },
  ])
  return { kind: 'record', fields: new Map(fields), open: false }
}

function typeOfQuery({ query }: Route): Type | null {
  return query === null ? null : { kind: 'record', fields: query, open: false }
}
