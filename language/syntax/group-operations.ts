/**
 * Builds a tree from a flat row of operands and operators by CEL's precedence: `||`, `&&`, relations (`==` … `in`, `is`), `+ -`,
 * `* / %`; all left-associative. The parser reads a row, so that nesting costs few stack frames.
 */
import { type Span, spanning } from '../source.ts'
import type { BinaryOperator, Chain, Expression, Name } from './ast.ts'

/** An expression and its span including parentheses. */
export interface CoveredOperand {
  readonly node: Expression
  readonly span: Span
}

export type OperationStep =
  | { readonly operator: string; readonly operand: CoveredOperand }
  | { readonly operator: 'is'; readonly name: Name }

/** The row, grouped so far: `head` is the operand before `steps[at]`. */
interface Row {
  readonly steps: readonly OperationStep[]
  head: CoveredOperand
  at: number
}

/** The lowest precedence first. Other operators, except `&&` and `||`, are relations. */
const sums: readonly ReadonlySet<string>[] = [new Set(['+', '-']), new Set(['*', '/', '%'])]

export function groupOperations(first: CoveredOperand, steps: readonly OperationStep[]): Expression {
  if (steps.length === 0) return first.node
  return disjunction({ steps, head: first, at: 0 }).node
}

function disjunction(row: Row): CoveredOperand {
  const first = conjunction(row)
  if (!isNext('||', row)) return first
  const operands = [first]
  while (takes('||', row)) operands.push(conjunction(row))
  return chain('||', operands)
}

function conjunction(row: Row): CoveredOperand {
  const first = relation(row)
  if (!isNext('&&', row)) return first
  const operands = [first]
  while (takes('&&', row)) operands.push(relation(row))
  return chain('&&', operands)
}

function isNext(operator: string, { steps, at }: Row): boolean {
  return steps[at]?.operator === operator
}

/** Advances if the operator is next. */
function takes(operator: string, row: Row): boolean {
  const step = row.steps[row.at]
  if (step === undefined || step.operator !== operator || !('operand' in step)) return false
  row.at += 1
  row.head = step.operand
  return true
}

/** Flattens operands that are chains of the same operator. */
function chain(operator: Chain['operator'], parts: readonly CoveredOperand[]): CoveredOperand {
  const operands: Expression[] = []
  for (const { node } of parts) {
    if (node.kind === 'Chain' && node.operator === operator) for (const operand of node.operands) operands.push(operand)
    else operands.push(node)
  }
  const span = spanning((parts[0] as CoveredOperand).span, (parts.at(-1) as CoveredOperand).span)
  return { node: { kind: 'Chain', operator, operands: operands.slice(), span }, span }
}

function relation(row: Row): CoveredOperand {
  let left = sum(row, 0)
  for (let step = row.steps[row.at]; step !== undefined; step = row.steps[row.at]) {
    const { operator } = step
    if (operator === '&&' || operator === '||') break
    row.at += 1
    if ('operand' in step) {
      row.head = step.operand
      left = binary(operator, left, sum(row, 0))
    } else {
      const span = spanning(left.span, step.name.span)
      left = { node: { kind: 'Is', operand: left.node, name: step.name, span }, span }
    }
  }
  return left
}

function sum(row: Row, level: number): CoveredOperand {
  const operators = sums[level]
  if (operators === undefined) return row.head
  let left = sum(row, level + 1)
  for (let step = row.steps[row.at]; step !== undefined && 'operand' in step; step = row.steps[row.at]) {
    if (!operators.has(step.operator)) break
    row.at += 1
    row.head = step.operand
    left = binary(step.operator, left, sum(row, level + 1))
  }
  return left
}

function binary(operator: string, left: CoveredOperand, right: CoveredOperand): CoveredOperand {
  const span = spanning(left.span, right.span)
  return { node: { kind: 'Binary', operator: operator as BinaryOperator, left: left.node, right: right.node, span }, span }
}
