/** Mutations of conditions. */

import type { Span } from '../../../language/source.ts'
import type {
  Binary,
  BinaryOperator,
  Chain,
  Comprehension,
  DoubleLiteral,
  Expression,
  IntLiteral,
  Period,
  Requirement,
} from '../../../language/syntax/ast.ts'
import { walkExpressions } from '../../../language/syntax/children.ts'
import { moveTime } from './move-time.ts'
import { type Mutant, mutant, quoted, textOf } from './mutant.ts'
import { between, listItem, wordBefore } from './spans.ts'

/** Mutates the expression and all of its parts. */
export function mutateExpression(root: Expression): readonly Mutant[] {
  const found: Mutant[] = []
  walkExpressions(root, (expression) => {
    found.push(...mutateNode(expression))
    // Skips its names of authentication contexts and its period.
    return expression.kind !== 'Requirement'
  })
  return found
}

function mutateNode(expression: Expression): readonly Mutant[] {
  switch (expression.kind) {
    case 'Chain':
      return [...swapOperators(expression), ...dropOperands(expression)]
    case 'Binary':
      return swapComparison(expression)
    case 'IntLiteral':
    case 'DoubleLiteral':
      return moveBound(expression)
    case 'Not':
      return [
        mutant('drop-negation', expression.span, `without the \`!\` of ${quoted(expression.span)}`, {
          span: sign(expression.span),
          text: '',
        }),
      ]
    case 'Comprehension':
      return swapQuantifier(expression)
    case 'BoolLiteral': {
      const text = String(!expression.value)
      return [
        mutant('flip-constant', expression.span, `${quoted(expression.span)} becomes \`${text}\``, {
          span: expression.span,
          text,
        }),
      ]
    }
    case 'Call':
      return moveTime(expression)
    case 'Requirement':
      return mutateRequirement(expression)
    default:
      return []
  }
}

/** Swaps all operators of a chain: swapping one of `a && b || c` would regroup it. */
function swapOperators({ operator, operands, span }: Chain): readonly Mutant[] {
  const other = operator === '&&' ? '||' : '&&'
  const places = operands.slice(1).map((operand, at) => between((operands[at] as Expression).span, operand.span, [operator]))
  const edits = places.flatMap((place) => (place === null ? [] : [{ span: place, text: other }]))
  if (edits.length !== operands.length - 1) return []
  return [mutant('swap-operator', span, `\`${operator}\` becomes \`${other}\` in ${quoted(span)}`, ...edits)]
}

function dropOperands({ operator, operands }: Chain): readonly Mutant[] {
  return operands.map((operand, at) => {
    const other = operands[at === 0 ? 1 : at - 1] as Expression
    const place = between(at === 0 ? operand.span : other.span, at === 0 ? other.span : operand.span, [operator])
    // The parentheses of a removed operand stay, so they need a neutral content.
    const text = operator === '&&' ? 'true' : 'false'
    const bare = place === null || /[()]/.test(gapText(operand, other, at === 0)) ? null : listItem(operands, at)
    const edit = bare === null ? { span: operand.span, text } : { span: bare, text: '' }
    return mutant('drop-operand', operand.span, `without ${quoted(operand.span)}`, edit)
  })
}

function gapText(operand: Expression, other: Expression, first: boolean): string {
  const [left, right] = first ? [operand, other] : [other, operand]
  return left.span.source.text.slice(left.span.end, right.span.start)
}

/** Each operator's neighbor: the bound itself changes sides. */
const NEIGHBOURS: Partial<Readonly<Record<BinaryOperator, BinaryOperator>>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '==': '!=',
  '!=': '==',
}

function swapComparison({ operator, left, right, span }: Binary): readonly Mutant[] {
  const other = NEIGHBOURS[operator]
  const place = other === undefined ? null : between(left.span, right.span, [operator])
  if (other === undefined || place === null) return []
  return [
    mutant('swap-comparison', span, `\`${operator}\` becomes \`${other}\` in ${quoted(span)}`, { span: place, text: other }),
  ]
}

function swapQuantifier({ macro, range, variable, span }: Comprehension): readonly Mutant[] {
  const other = macro === 'all' ? 'exists' : macro === 'exists' ? 'all' : null
  const place = other === null ? null : between(range.span, variable.span, [macro])
  if (other === null || place === null) return []
  return [mutant('swap-quantifier', span, `\`${macro}\` becomes \`${other}\` in ${quoted(span)}`, { span: place, text: other })]
}

/** Changes a number by one, but not below zero, which would need parentheses. */
function moveBound({ kind, span, value }: IntLiteral | DoubleLiteral): readonly Mutant[] {
  return [value - 1, value + 1]
    .filter((moved) => Math.abs(moved) <= Number.MAX_SAFE_INTEGER && (moved >= 0 || value < 0))
    .map((moved) => {
      const text = kind === 'DoubleLiteral' && Number.isInteger(moved) ? moved.toFixed(1) : String(moved)
      return mutant('move-bound', span, `${quoted(span)} becomes \`${text}\``, { span, text })
    })
}

function sign(span: Span): Span {
  return { ...span, end: span.start + 1 }
}

export function mutateRequirement({ what, values, within }: Requirement): readonly Mutant[] {
  const found: Mutant[] = []
  for (const [at, value] of values.entries()) {
    if (values.length > 1)
      found.push(mutant('drop-operand', value.span, `without ${quoted(value.span)}`, { span: listItem(values, at), text: '' }))
  }
  if (within === null) return found
  found.push(...movePeriod(within))
  const word = wordBefore(within.span, 'within')
  if (what !== 'auth' && word !== null)
    found.push(
      mutant('drop-bound', within.span, `without \`within ${textOf(within.span)}\``, {
        span: { ...within.span, start: word.start },
        text: '',
      }),
    )
  return found
}

/** Changes a period by one of its unit. */
function movePeriod({ span }: Period): readonly Mutant[] {
  const match = /^(\d+)(\D+)$/.exec(textOf(span))
  if (match === null) return []
  const [, number = '', unit = ''] = match
  return [Number(number) - 1, Number(number) + 1]
    .filter((moved) => moved > 0)
    .map((moved) =>
      mutant('move-bound', span, `\`${number}${unit}\` becomes \`${moved}${unit}\``, { span, text: `${moved}${unit}` }),
    )
}
