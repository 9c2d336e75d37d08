/** What the routes of a rule have in common, as the checker finds it (`spec/language/conditions.md`, "What can be read"). */

import { sameType } from '../../../language/checker/types/type.ts'
import type { Type } from '../../../language/index.ts'
import type { WorldRoute } from './services.ts'
import type { Fields, Shape } from './types.ts'

export interface SharedRoots {
  readonly params: Fields
  readonly query: Fields
  readonly body: Type | null
}

export function sharedRoots(routes: readonly WorldRoute[]): SharedRoots {
  return {
    params: sharedFields(routes.map(({ params }) => params)),
    query: sharedFields(routes.map(({ query }) => query)),
    body: sharedBody(routes.map(({ body }) => body)),
  }
}

/** Of one type wherever they are; optional where some route lacks them. */
function sharedFields(all: readonly (Fields | null)[]): Fields {
  const shared = new Map<string, Shape>()
  for (const name of new Set(all.flatMap((fields) => [...(fields?.keys() ?? [])]))) {
    const having = all.flatMap((fields) => fields?.get(name) ?? [])
    const [first] = having
    if (first === undefined || !having.every(({ type }) => sameType(type, first.type))) continue
    const optional = having.length < all.length || having.some((shape) => shape.optional)
    shared.set(name, { type: first.type, optional, path: [name] })
  }
  return shared
}

function sharedBody(all: readonly (Type | null)[]): Type | null {
  const declared = all.filter((type) => type !== null)
  const [first] = declared
  if (first === undefined) return null
  const records = declared.filter((type) => type.kind === 'record')
  if (records.length === declared.length) {
    const each = all.map((type) => (type?.kind === 'record' ? type.fields : null))
    return { kind: 'record', fields: sharedFields(each), open: false }
  }
  const isOne = declared.length === all.length && declared.every((type) => sameType(type, first))
  return isOne ? first : null
}
