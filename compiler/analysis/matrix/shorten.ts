import type { Chain, Conditional, Expression } from '../../../language/syntax/ast.ts'
import { type Diagram, type Edge, FALSE, TRUE } from '../diagram/diagram.ts'
import type { Meaning } from '../meaning/context.ts'
import type { Reading } from './reading.ts'
import { type Binding, bindingOf, within, writtenText } from './written-text.ts'

/** What counts: that a condition is true, as of a permit; or that it is not false, as of a forbid, which stands where it errs. */
export type Counted = 'true' | 'not-false'

export interface Shortened {
  /** Where it counts: there the same as all of it, as far as something is taken for granted. */
  readonly edge: Edge
  /** Null: nothing is left to be said, as it counts always or never. */
  readonly text: string | null
  readonly binding: Binding
}

/** Nothing but that is left out of a condition which the rest of it does not depend on: operands that are settled wherever `granted` is true. */
export function shorten(expression: Expression, counted: Counted, granted: Edge, reading: Reading, diagram: Diagram): Shortened {
  const edge = counts(reading.meaning(expression), counted, diagram)
  const settled = settledBy(granted, edge, diagram)
  if (settled !== null) return { edge: settled, text: null, binding: 'tight' }
  if (expression.kind === 'Chain') return shortenChain(expression, counted, granted, reading, diagram)
  if (expression.kind === 'Conditional') return shortenConditional(expression, counted, granted, reading, diagram)
  if (expression.kind === 'Not') {
    const inner = shorten(expression.operand, counted === 'true' ? 'not-false' : 'true', granted, reading, diagram)
    if (inner.text !== null)
      return { edge: diagram.not(inner.edge), text: `!${within(inner.text, inner.binding, 'tight')}`, binding: 'tight' }
  }
  return { edge, text: writtenText(expression.span), binding: bindingOf(expression) }
}

function shortenChain(chain: Chain, counted: Counted, granted: Edge, reading: Reading, diagram: Diagram): Shortened {
  const isAnd = chain.operator === '&&'
  const settling = isAnd ? TRUE : FALSE
  const binding = bindingOf(chain)
  const parts = reading.operands(chain).flatMap(({ read, meaning }, at) => {
    const operand = chain.operands[at] as Expression
    if (settledBy(granted, counts(meaning, counted, diagram), diagram) === settling) return []
    const short = shorten(operand, counted, granted, reading, diagram)
    const own = short.text === null ? counts(reading.meaning(operand), counted, diagram) : short.edge
    const edge = counted === 'true' ? diagram.and(own, read) : diagram.or(own, diagram.not(read))
    const text = short.text ?? writtenText(operand.span)
    return [{ edge, text, binding: short.text === null ? bindingOf(operand) : short.binding }]
  })
  const edges = parts.map((part) => part.edge)
  const edge = isAnd ? diagram.all(edges) : diagram.any(edges)
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return { ...only, edge }
  const least = isAnd ? 'relation' : 'and'
  return { edge, text: parts.map((part) => within(part.text, part.binding, least)).join(` ${chain.operator} `), binding }
}

/** What it comes to, where it is settled which of the two. */
function shortenConditional(
  { test, then, otherwise }: Conditional,
  counted: Counted,
  granted: Edge,
  reading: Reading,
  diagram: Diagram,
): Shortened {
  const { yes, no } = reading.meaning(test)
  if (diagram.implies(granted, yes)) return shorten(then, counted, granted, reading, diagram)
  if (diagram.implies(granted, no)) return shorten(otherwise, counted, granted, reading, diagram)
  const [first, second] = [then, otherwise].map((one) => shorten(one, counted, granted, reading, diagram)) as [
    Shortened,
    Shortened,
  ]
  const edge =
    counted === 'true'
      ? diagram.or(diagram.and(yes, first.edge), diagram.and(no, second.edge))
      : diagram.and(diagram.or(diagram.not(yes), first.edge), diagram.or(diagram.not(no), second.edge))
  const texts = [
    within(writtenText(test.span), bindingOf(test), 'or'),
    within(first.text ?? writtenText(then.span), first.text === null ? bindingOf(then) : first.binding, 'or'),
    second.text ?? writtenText(otherwise.span),
  ]
  return { edge, text: `${texts[0]} ? ${texts[1]} : ${texts[2]}`, binding: 'conditional' }
}

function counts({ yes, no }: Meaning, counted: Counted, diagram: Diagram): Edge {
  return counted === 'true' ? yes : diagram.not(no)
}

/** `TRUE` or `FALSE`, where it is one of these wherever something is granted. */
export function settledBy(granted: Edge, edge: Edge, diagram: Diagram): Edge | null {
  if (diagram.implies(granted, edge)) return TRUE
  return diagram.disjoint(granted, edge) ? FALSE : null
}
