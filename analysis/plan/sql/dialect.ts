import { STRING, type Type } from '../../../language/checker/types/type.ts'
import { PlanError } from '../plan-error.ts'
import { type Fragment, list, sql } from './formula.ts'

/** A database's dialect of SQL. Throws a `PlanError` for a condition that it cannot express exactly. */
export interface SqlDialect {
  readonly true: string
  readonly false: string
  /** Quotes a table's or column's name. */
  quote(name: string): string
  /** Returns the placeholder of the parameter at an index. */
  placeholder(position: number): string
  /** Whether one parameter may be used several times. */
  readonly numbered: boolean
  /** Returns a bound scalar. */
  bound(value: string | number | bigint, type: Type): Fragment
  /**
   * Returns a column's value, and a test whether the value has the type. `asText`: the column may hold an integer whose text is
   * the value.
   */
  read(column: Fragment, type: Type, asText: boolean): { readonly value: Fragment; readonly fits: Fragment }
  /** Returns an integer in a type in which a sum of two cannot overflow. */
  exact(value: Fragment): Fragment
  /** Returns a test whether a text starts with a part, which is not empty. */
  startsWith(text: Fragment, part: Fragment): Fragment
  endsWith(text: Fragment, part: Fragment): Fragment
  contains(text: Fragment, part: Fragment): Fragment
  /**
   * Returns a test whether a column of several values contains a value, and whether the column is well-formed. The test is not
   * NULL if `fits` is true.
   */
  holds(column: Fragment, as: CollectionForm, element: Fragment, type: Type): { readonly test: Fragment; readonly fits: Fragment }
}

/** Representation of a list or a set in a column. */
export type CollectionForm = 'array' | 'json'

/**
 * Returns a text that databases accept unchanged.
 *
 * @throws PlanError if the text contains U+0000
 */
export function checkedText(value: unknown, database: string): string {
  const text = String(value)
  if (text.includes('\0')) throw new PlanError(`${database} strings cannot contain U+0000`)
  return text
}

/** Returns a test whether a column holds one of the type's texts. The policy cannot decide about a row with another text. */
export function literalsGuard(dialect: SqlDialect, value: Fragment, literals: readonly string[]): Fragment {
  return sql`${value} IN (${list(literals.map((one) => dialect.bound(one, STRING)))})`
}
