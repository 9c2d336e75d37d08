import type { Chain, Conditional, Expression } from '../../language/syntax/ast.ts'
import { type Bdd, type Edge, FALSE, TRUE } from '../bdd/bdd.ts'
import type { Meaning } from '../symbolic/context.ts'
import { ALWAYS, NEVER } from '../symbolic/meanings.ts'
import type { ConditionReader } from './condition-reader.ts'
import { bindingOf, type Precedence, within, writtenText } from './written-text.ts'

/**
 * The outcome of a condition that makes its rule apply. A permit needs `true`; a forbid needs `not-false`, which includes an
 * error.
 */
export type Counted = 'true' | 'not-false'

export interface Shortened {
  /**
   * The set of requests for which the remaining condition is true, and the set of those for which it is false. For a request in
   * `granted`, the remaining condition lets its rule apply exactly if the original one does.
   */
  readonly meaning: Meaning
  /** The remaining condition as text; null if the condition always or never holds. */
  readonly text: string | null
  readonly binding: Precedence
}

/**
 * Shortens a condition for the requests in `granted`: removes operands whose value is fixed there, if no other operand depends on
 * them.
 */
export function shorten(
  expression: Expression,
  counted: Counted,
  granted: Edge,
  reading: ConditionReader,
  diagram: Bdd,
): Shortened {
  const meaning = reading.meaning(expression)
  const settled = settledBy(granted, counts(meaning, counted, diagram), diagram)
  if (settled !== null) return { meaning: settled === TRUE ? ALWAYS : NEVER, text: null, binding: 'tight' }
  switch (expression.kind) {
    case 'Chain':
      return shortenChain(expression, counted, granted, reading, diagram)
    case 'Conditional':
      return shortenConditional(expression, counted, granted, reading, diagram)
    case 'Not': {
      const other = counted === 'true' ? 'not-false' : 'true'
      const { meaning: inner, text, binding } = shortPart(expression.operand, other, granted, reading, diagram)
      return { meaning: { yes: inner.no, no: inner.yes }, text: `!${within(text, binding, 'tight')}`, binding: 'tight' }
    }
    default:
      return written(expression, reading)
  }
}

type Said = Shortened & { readonly text: string }

/** Shortens, but never to nothing. */
function shortPart(expression: Expression, counted: Counted, granted: Edge, reading: ConditionReader, diagram: Bdd): Said {
  const short = shorten(expression, counted, granted, reading, diagram)
  return short.text === null ? written(expression, reading) : (short as Said)
}

function written(expression: Expression, reading: ConditionReader): Said {
  return { meaning: reading.meaning(expression), text: writtenText(expression.span), binding: bindingOf(expression) }
}

function shortenChain(chain: Chain, counted: Counted, granted: Edge, reading: ConditionReader, diagram: Bdd): Shortened {
  const isAnd = chain.operator === '&&'
  const settling = isAnd ? TRUE : FALSE
  // Meanings where earlier operands hold: as written, and as shortened.
  const whole = new Map<Expression, Meaning>()
  const left = new Map<Expression, Said>()
  for (const operand of chain.operands) {
    const guards = reading.guardsOf(operand)
    const meaning = whereRead(
      reading.meaning(operand),
      guards.flatMap((guard) => whole.get(guard) ?? []),
      isAnd,
      diagram,
    )
    whole.set(operand, meaning)
    if (settledBy(granted, counts(meaning, counted, diagram), diagram) === settling) continue
    const short = shortPart(operand, counted, granted, reading, diagram)
    const beside = guards.flatMap((guard) => left.get(guard)?.meaning ?? [])
    left.set(operand, { ...short, meaning: whereRead(short.meaning, beside, isAnd, diagram) })
  }
  const parts = [...left.values()]
  const [yes, no] = [parts.map((part) => part.meaning.yes), parts.map((part) => part.meaning.no)]
  const meaning = isAnd ? { yes: diagram.all(yes), no: diagram.any(no) } : { yes: diagram.any(yes), no: diagram.all(no) }
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  const least = isAnd ? 'relation' : 'and'
  const text = parts.map((part) => within(part.text, part.binding, least)).join(` ${chain.operator} `)
  return { meaning, text, binding: bindingOf(chain) }
}

/** Restricts the meaning of an operand to the requests for which its guards hold. For others, the operand is not evaluated. */
export function whereRead({ yes, no }: Meaning, guards: readonly Meaning[], isAnd: boolean, diagram: Bdd): Meaning {
  const read = diagram.all(guards.map((guard) => (isAnd ? guard.yes : guard.no)))
  return { yes: diagram.and(yes, read), no: diagram.and(no, read) }
}

/** Returns the chosen branch if the test is settled. */
function shortenConditional(
  { test, then, otherwise }: Conditional,
  counted: Counted,
  granted: Edge,
  reading: ConditionReader,
  diagram: Bdd,
): Shortened {
  const { yes, no } = reading.meaning(test)
  if (diagram.implies(granted, yes)) return shorten(then, counted, granted, reading, diagram)
  if (diagram.implies(granted, no)) return shorten(otherwise, counted, granted, reading, diagram)
  const [first, second] = [
    shortPart(then, counted, granted, reading, diagram),
    shortPart(otherwise, counted, granted, reading, diagram),
  ]
  const of = (a: Edge, b: Edge) => diagram.or(diagram.and(yes, a), diagram.and(no, b))
  const question = within(writtenText(test.span), bindingOf(test), 'or')
  return {
    meaning: { yes: of(first.meaning.yes, second.meaning.yes), no: of(first.meaning.no, second.meaning.no) },
    text: `${question} ? ${within(first.text, first.binding, 'or')} : ${second.text}`,
    binding: 'conditional',
  }
}

export function counts({ yes, no }: Meaning, counted: Counted, diagram: Bdd): Edge {
  return counted === 'true' ? yes : diagram.not(no)
}

/** Returns `TRUE` if the edge contains all requests in `granted`, `FALSE` if it contains none of them, else null. */
export function settledBy(granted: Edge, edge: Edge, diagram: Bdd): Edge | null {
  if (diagram.implies(granted, edge)) return TRUE
  return diagram.disjoint(granted, edge) ? FALSE : null
}
