import { STRING } from '../../../language/checker/types/type.ts'
import { PlanError } from '../plan-error.ts'
import type { Dialect } from './dialect.ts'
import { type Fragment, list, sql } from './formula.ts'

/** A text that databases take as it is. */
export function textOf(value: unknown, database: string): string {
  const text = String(value)
  if (text.includes('\0')) throw new PlanError(`${database} takes no text with U+0000`)
  return text
}

/** A column may hold other texts than its type has, and a row with one of these is none that the policy could be asked of. */
export function literalsGuard(dialect: Dialect, value: Fragment, literals: readonly string[]): Fragment {
  return sql`${value} IN (${list(literals.map((one) => dialect.bound(one, STRING)))})`
}
