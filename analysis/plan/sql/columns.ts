/** The columns of the values that a policy reads. */
import type { CollectionForm } from './dialect.ts'

/** Database columns by expression of the policy, in the notation of a plan: `params.id`, `orders[params.id].owner`. */
export type Columns = ReadonlyMap<string, PlannedColumn>

export type PlannedColumn =
  /**
   * A column, optionally with its table (`o.owner`): the value, or NULL if it may be missing. `as`: it holds several values as an
   * array or JSON, or an integer that is a text to the policy.
   */
  | { readonly kind: 'column'; readonly name: readonly string[]; readonly as: CollectionForm | 'text' | null }
  /** A value that each row has: the entry itself. */
  | { readonly kind: 'row' }

export type ColumnsResult = { readonly ok: true; readonly columns: Columns } | { readonly ok: false; readonly message: string }

/** Returns whether a column holds a list or a set. */
export function isSeveral(as: (PlannedColumn & { readonly kind: 'column' })['as']): as is CollectionForm {
  return as === 'array' || as === 'json'
}

/**
 * Reads the column declarations from parsed JSON: an object from expressions to column names, `{"column": …, "as":
 * "array"|"json"|"text"}`, or `true`.
 */
export function readColumns(value: unknown): ColumnsResult {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { ok: false, message: 'the columns must be a JSON object such as `{"params.id": "orders.id"}`' }
  const columns = new Map<string, PlannedColumn>()
  for (const [expression, one] of Object.entries(value)) {
    const column = readColumn(one)
    if (column === null) return { ok: false, message: `the column for \`${expression}\` is invalid: expected ${FORMS}` }
    columns.set(expression, column)
  }
  return { ok: true, columns }
}

const FORMS = 'a name, `{"column": "tags", "as": "array"}` (or `"json"`, or `"text"`), or `true` for what each row is'

function readColumn(value: unknown): PlannedColumn | null {
  if (value === true) return { kind: 'row' }
  if (typeof value === 'string') return named(value, null)
  if (typeof value !== 'object' || value === null) return null
  const { column, as = null, ...others } = value as { readonly column?: unknown; readonly as?: unknown }
  if (typeof column !== 'string' || Object.keys(others).length > 0) return null
  return as === null || as === 'array' || as === 'json' || as === 'text' ? named(column, as) : null
}

function named(text: string, as: CollectionForm | 'text' | null): PlannedColumn | null {
  const name = text.split('.')
  return name.includes('') || text.includes('\0') ? null : { kind: 'column', name, as }
}
