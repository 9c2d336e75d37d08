import { STRING, type Type } from '../../../language/checker/types/type.ts'
import { PlanError } from '../plan-error.ts'
import { type Fragment, list, sql } from './formula.ts'

/** How a database asks what policies ask. Whatever it cannot ask exactly it refuses, by a `PlanError`. */
export interface SqlDialect {
  readonly true: string
  readonly false: string
  /** Names of a table, a column, in quotes. */
  quote(name: string): string
  /** Where the value with that position, from 0, is bound. */
  placeholder(position: number): string
  /** Whether one value may be bound once for several places. */
  readonly numbered: boolean
  /** A value of a scalar type, bound. */
  bound(value: string | number | bigint, type: Type): Fragment
  /**
   * What a column holds, as the type has it; `fits`: that it is there, and of the type. `asText`: it may be a whole number, of
   * which the text is meant.
   */
  read(column: Fragment, type: Type, asText: boolean): { readonly value: Fragment; readonly fits: Fragment }
  /** A whole number, of a type in which a sum of two cannot leave its range. */
  exact(value: Fragment): Fragment
  /** Texts; none of the parts is empty. */
  startsWith(text: Fragment, part: Fragment): Fragment
  endsWith(text: Fragment, part: Fragment): Fragment
  contains(text: Fragment, part: Fragment): Fragment
  /** Whether a column that holds several values holds one; and whether it holds several at all. Not NULL where `fits`. */
  holds(column: Fragment, as: CollectionForm, element: Fragment, type: Type): { readonly test: Fragment; readonly fits: Fragment }
}

/** How a column holds a list or a set. */
export type CollectionForm = 'array' | 'json'

/** A text that databases take as it is. */
export function checkedText(value: unknown, database: string): string {
  const text = String(value)
  if (text.includes('\0')) throw new PlanError(`${database} takes no text with U+0000`)
  return text
}

/** A column may hold other texts than its type has, and a row with one of these is none that the policy could be asked of. */
export function literalsGuard(dialect: SqlDialect, value: Fragment, literals: readonly string[]): Fragment {
  return sql`${value} IN (${list(literals.map((one) => dialect.bound(one, STRING)))})`
}
