/** Two-valued conditions on a row: no part is ever NULL. */
import { PlanError } from '../plan-error.ts'

/** A piece of SQL: texts and bound parameters in the order in which they appear. */
export type Fragment = readonly (string | BoundParameter)[]
export interface BoundParameter {
  readonly value: string | number
  /** The SQL cast of the parameter, written after its placeholder as in `$1::text`. */
  readonly cast: string
}

export type Formula =
  | boolean
  | { readonly kind: 'and' | 'or'; readonly of: readonly Formula[]; readonly size: number }
  | { readonly kind: 'not'; readonly of: Formula; readonly size: number }
  /** Tests with equal `key` are the same. */
  | { readonly kind: 'test'; readonly sql: Fragment; readonly key: string }

/** Template tag that builds a piece of SQL. The interpolated values must be pieces of SQL too. */
export function sql(texts: TemplateStringsArray, ...between: readonly Fragment[]): Fragment {
  return texts.flatMap((text, at) => [text, ...(between[at] ?? [])]).filter((part) => part !== '')
}

export function list(fragments: readonly Fragment[]): Fragment {
  return fragments.flatMap((one, at) => (at === 0 ? one : [', ', ...one]))
}

/** Creates a formula that consists of one SQL condition. The condition must not be NULL when the database evaluates it. */
export function test(fragment: Fragment): Formula {
  return { kind: 'test', sql: fragment, key: JSON.stringify(fragment) }
}

export function and(...formulas: readonly Formula[]): Formula {
  return joined('and', formulas)
}

export function or(...formulas: readonly Formula[]): Formula {
  return joined('or', formulas)
}

export function not(formula: Formula): Formula {
  if (typeof formula === 'boolean') return !formula
  return formula.kind === 'not' ? formula.of : { kind: 'not', of: formula, size: sizeOf(formula) }
}

function joined(kind: 'and' | 'or', formulas: readonly Formula[]): Formula {
  const settles = kind === 'or'
  const found = new Map<string, Formula>()
  for (const one of formulas.flatMap((part) => (typeof part !== 'boolean' && part.kind === kind ? part.of : [part]))) {
    if (one === settles) return settles
    if (typeof one !== 'boolean') found.set(keyOf(one), one)
  }
  const [only, ...others] = found.values()
  if (only === undefined) return !settles
  if (others.length === 0) return only
  const of = [only, ...others]
  const size = of.reduce((sum, one) => sum + sizeOf(one), 0)
  if (size > MOST_TESTS)
    throw new PlanError(`the SQL condition would need more than ${MOST_TESTS} comparisons: simplify the rules of the route`)
  return { kind, of, size }
}

/** The maximum number of tests, as shared ones are written at each use. */
const MOST_TESTS = 10_000

function sizeOf(formula: Formula): number {
  return typeof formula === 'boolean' || formula.kind === 'test' ? 1 : formula.size
}

const keys = new WeakMap<object, string>()

function keyOf(formula: Formula): string {
  if (typeof formula === 'boolean') return String(formula)
  if (formula.kind === 'test') return formula.key
  const known = keys.get(formula)
  if (known !== undefined) return known
  const parts = formula.kind === 'not' ? [formula.of] : formula.of
  const key = `(${formula.kind} ${parts.map(keyOf).join(' ')})`
  keys.set(formula, key)
  return key
}

/** Converts a formula to SQL, with bound parameters in the order in which they appear. */
export function write(formula: Formula, truth: { readonly true: string; readonly false: string }): Fragment {
  if (typeof formula === 'boolean') return [formula ? truth.true : truth.false]
  switch (formula.kind) {
    case 'test':
      return formula.sql
    case 'not':
      return sql`NOT (${write(formula.of, truth)})`
    default: {
      const between = formula.kind === 'and' ? ' AND ' : ' OR '
      return formula.of.flatMap((one, at) => {
        const text = write(one, truth)
        const bare = typeof one === 'boolean' || one.kind === 'test' || one.kind === 'not'
        return [...(at === 0 ? [] : [between]), ...(bare ? text : sql`(${text})`)]
      })
    }
  }
}
