/**
 * Operands and operators in a row → a tree by CEL's precedence: `||`, then `&&`, then relations (`==` … `in`, and `is`),
 * then `+ -`, then `* / %`; all of them to the left. The parser reads them as a row, so that nesting costs it few stack frames.
 */
import { type Span, spanning } from '../source.ts'
import type { BinaryOperator, Chain, Expression, Name } from './ast.ts'

/** An expression and what it covers in the text, with its parentheses. */
export interface Operand {
  readonly node: Expression
  readonly span: Span
}

export type Step = { readonly operator: string; readonly operand: Operand } | { readonly operator: 'is'; readonly name: Name }

interface Row {
  readonly first: Operand
  readonly steps: readonly Step[]
}

/** From what binds least; what is none of these is a relation. */
const sums: readonly ReadonlySet<string>[] = [new Set(['+', '-']), new Set(['*', '/', '%'])]

export function groupOperations(first: Operand, steps: readonly Step[]): Expression {
  if (steps.length === 0) return first.node
  return chain('||', { first, steps }, (row) => chain('&&', row, relation)).node
}

/** The row cut at the operator into operands of one chain; chains of the same operator among them are dissolved. */
function chain(operator: Chain['operator'], row: Row, inner: (row: Row) => Operand): Operand {
  const parts = cut(operator, row)
  const first = inner(parts[0] as Row)
  if (parts.length === 1) return first
  const rest = parts.slice(1).map(inner)
  const span = spanning(first.span, (rest.at(-1) as Operand).span)
  const operands = [first, ...rest].flatMap(({ node }) =>
    node.kind === 'Chain' && node.operator === operator ? node.operands : [node],
  )
  return { node: { kind: 'Chain', operator, operands, span }, span }
}

function cut(operator: string, { first, steps }: Row): Row[] {
  const parts: Row[] = []
  let head = first
  let start = 0
  for (const [at, step] of steps.entries()) {
    if (step.operator !== operator || !('operand' in step)) continue
    parts.push({ first: head, steps: steps.slice(start, at) })
    head = step.operand
    start = at + 1
  }
  parts.push({ first: head, steps: steps.slice(start) })
  return parts
}

function relation({ first, steps }: Row): Operand {
  let at = 0
  const sum = (head: Operand, level: number): Operand => {
    const operators = sums[level]
    if (operators === undefined) return head
    let left = sum(head, level + 1)
    for (let step = steps[at]; step !== undefined && 'operand' in step && operators.has(step.operator); step = steps[at]) {
      at += 1
      left = binary(step.operator, left, sum(step.operand, level + 1))
    }
    return left
  }
  let left = sum(first, 0)
  while (at < steps.length) {
    const step = steps[at] as Step
    at += 1
    if ('operand' in step) left = binary(step.operator, left, sum(step.operand, 0))
    else {
      const span = spanning(left.span, step.name.span)
      left = { node: { kind: 'Is', operand: left.node, name: step.name, span }, span }
    }
  }
  return left
}

function binary(operator: string, left: Operand, right: Operand): Operand {
  const span = spanning(left.span, right.span)
  return { node: { kind: 'Binary', operator: operator as BinaryOperator, left: left.node, right: right.node, span }, span }
}
