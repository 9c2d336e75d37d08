import type { Expr } from '../../compiler/ir/index.ts'
import { printExpression } from '../../compiler/ir/print-expression.ts'
import type { Span } from '../../language/source.ts'
import type { Context } from './context.ts'

/** An expression as people know it: as the policy has it, and where. Of what no policy says, without a place. */
export interface Written {
  readonly text: string
  readonly span?: Span
}

export function written(expression: Expr, { origins }: Context): Written {
  const origin = origins.get(expression)
  if (origin === undefined) return { text: printExpression(expression) }
  const { span } = origin
  return { text: span.source.text.slice(span.start, span.end).replace(/\s+/g, ' '), span }
}
