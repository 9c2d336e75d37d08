import { STRING, type Type } from '../../../language/checker/types/type.ts'
import { PlanError } from '../plan-error.ts'
import { type Fragment, list, sql } from './formula.ts'

/** A database's way to express conditions. It refuses what it cannot express exactly, with a `PlanError`. */
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
  /** Returns a column's value, and a test that it has the type. `asText`: it may be an integer whose text is meant. */
  read(column: Fragment, type: Type, asText: boolean): { readonly value: Fragment; readonly fits: Fragment }
  /** Returns an integer in a type in which a sum of two cannot overflow. */
  exact(value: Fragment): Fragment
  /** The arguments are texts; the part is not empty. */
  startsWith(text: Fragment, part: Fragment): Fragment
  endsWith(text: Fragment, part: Fragment): Fragment
  contains(text: Fragment, part: Fragment): Fragment
  /** Returns whether a column of several values contains one, and whether it is well-formed. The test is not NULL if `fits`. */
  holds(column: Fragment, as: CollectionForm, element: Fragment, type: Type): { readonly test: Fragment; readonly fits: Fragment }
}

/** How a column holds a list or a set. */
export type CollectionForm = 'array' | 'json'

/** Returns a text that databases accept unchanged. */
export function checkedText(value: unknown, database: string): string {
  const text = String(value)
  if (text.includes('\0')) throw new PlanError(`${database} takes no text with U+0000`)
  return text
}

/** A column may hold texts that its type does not have; the policy cannot be asked about such a row. */
export function literalsGuard(dialect: SqlDialect, value: Fragment, literals: readonly string[]): Fragment {
  return sql`${value} IN (${list(literals.map((one) => dialect.bound(one, STRING)))})`
}
