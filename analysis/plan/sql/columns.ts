/** Where the values that a policy reads are in a table. */
import type { CollectionForm } from './dialect.ts'

/** By expression, as a plan writes it: `params.id`, `orders[params.id].owner`. */
export type Columns = ReadonlyMap<string, PlannedColumn>

export type PlannedColumn =
  /**
   * A column, perhaps with a table before it, `o.owner`: it holds the value, or NULL where that may be missing. `as`: it holds
   * several, in an array or as JSON; or a whole number that is a text to the policy.
   */
  | { readonly kind: 'column'; readonly name: readonly string[]; readonly as: CollectionForm | 'text' | null }
  /** What each row has: the entry that it is. */
  | { readonly kind: 'row' }

export type ColumnsResult = { readonly ok: true; readonly columns: Columns } | { readonly ok: false; readonly message: string }

/** Whether it holds a list or a set. */
export function isSeveral(as: (PlannedColumn & { readonly kind: 'column' })['as']): as is CollectionForm {
  return as === 'array' || as === 'json'
}

/** Of a value as JSON has it: from expressions to names of columns, `{"column": …, "as": "array"|"json"|"text"}`, or `true`. */
export function readColumns(value: unknown): ColumnsResult {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { ok: false, message: 'columns must be an object from expressions to columns' }
  const columns = new Map<string, PlannedColumn>()
  for (const [expression, one] of Object.entries(value)) {
    const column = readColumn(one)
    if (column === null) return { ok: false, message: `what stands for \`${expression}\` is no column: ${FORMS}` }
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
