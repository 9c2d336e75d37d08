import { type FieldShape, sameType, type Type } from '../types/type.ts'
import type { RootShape } from './expression-context.ts'

/**
 * Returns the common type of `params`, `query` or `body` for a rule on several routes; undefined if no route declares one.
 * @param types the type of each route, null if it declares none
 */
export function shareRoot(types: readonly (Type | null)[]): RootShape | undefined {
  const declared = [...new Set(types)].filter((type) => type !== null)
  const [first] = declared
  if (first === undefined) return undefined
  if (declared.some((type) => type.kind === 'unknown')) return null
  if (declared.some((type) => type.kind !== 'record')) {
    const isOne = !types.includes(null) && declared.every((type) => sameType(type, first))
    return isOne ? { type: first, differing: new Set() } : 'differing'
  }
  const fields = new Map<string, FieldShape>()
  const having = new Map<string, number>()
  const differing = new Set<string>()
  for (const type of types) {
    if (type?.kind !== 'record') continue
    for (const [name, field] of type.fields) {
      const known = fields.get(name)
      if (known !== undefined && !sameType(known.type, field.type)) differing.add(name)
      having.set(name, (having.get(name) ?? 0) + 1)
      fields.set(name, known === undefined || field.optional ? field : known)
    }
  }
  for (const [name, field] of fields) if (having.get(name) !== types.length) fields.set(name, { ...field, optional: true })
  return { type: { kind: 'record', fields, open: false }, differing }
}
