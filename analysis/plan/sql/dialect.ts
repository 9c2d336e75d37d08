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
  /** Whether placeholders have numbers, so that one parameter may be used several times. */
  readonly numbered: boolean
  /** Returns SQL for a scalar of the given type that is passed as a bound parameter. */
  bound(value: string | number | bigint, type: Type): Fragment
  /**
   * Returns SQL for a column's value, and a test whether the value has the given type.
   *
   * @param asText whether the column may hold an integer whose decimal text is the value
   */
  read(column: Fragment, type: Type, asText: boolean): { readonly value: Fragment; readonly fits: Fragment }
  /** Returns SQL that converts an integer to a type in which the sum of two such integers cannot overflow. */
  exact(value: Fragment): Fragment
  /** Returns SQL that tests whether a text starts with `part`, which is not empty. */
  startsWith(text: Fragment, part: Fragment): Fragment
  endsWith(text: Fragment, part: Fragment): Fragment
  contains(text: Fragment, part: Fragment): Fragment
  /**
   * Returns SQL for two tests of a column that stores a list or set. `test`: whether the list or set contains the element.
   * `fits`: whether the column's value is well-formed. `test` is not NULL if `fits` is true.
   */
  holds(column: Fragment, as: CollectionForm, element: Fragment, type: Type): { readonly test: Fragment; readonly fits: Fragment }
}

/** How a column stores a list or set: as an SQL array or as a JSON array. */
export type CollectionForm = 'array' | 'json'

/**
 * Returns a text that databases accept unchanged.
 *
 * @throws PlanError if the text contains U+0000
 */
export function checkedText(value: unknown, database: string): string {
  const text = String(value)
  if (text.includes('\0'))
    throw new PlanError(
      `a compared string contains U+0000, which ${database} strings cannot contain: remove it from the condition`,
    )
  return text
}

/**
 * Returns SQL that tests whether a column holds one of the texts that its type allows. The policy cannot decide about a row with
 * another text.
 */
export function literalsGuard(dialect: SqlDialect, value: Fragment, literals: readonly string[]): Fragment {
  return sql`${value} IN (${list(literals.map((one) => dialect.bound(one, STRING)))})`
}
