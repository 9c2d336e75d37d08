import type { Span } from '../../../language/source.ts'

/** Kinds of mutations, with stable names for programs. */
export const MUTATION_OPERATORS = [
  'flip-effect',
  'disable-rule',
  'enforce-shadow',
  'drop-clause',
  'negate-clause',
  'drop-operand',
  'drop-negation',
  'swap-operator',
  'swap-comparison',
  'swap-quantifier',
  'move-bound',
  'drop-bound',
  'widen-routes',
  'narrow-routes',
  'widen-callers',
  'narrow-callers',
  'drop-label',
  'flip-constant',
] as const

export type MutationOperator = (typeof MUTATION_OPERATORS)[number]

export interface Edit {
  readonly span: Span
  readonly text: string
}

/** A small mistake in the sources, which the tests should notice. */
export interface Mutant {
  readonly operator: MutationOperator
  /** Where a person should look. */
  readonly span: Span
  /** In words, with source text in backticks: `` `>=` becomes `>` ``. */
  readonly change: string
  readonly edits: readonly Edit[]
}

export function mutant(operator: MutationOperator, span: Span, change: string, ...edits: readonly Edit[]): Mutant {
  return { operator, span, change, edits }
}

export function textOf({ source, start, end }: Span): string {
  return source.text.slice(start, end)
}

/** On one line, shortened for a sentence. */
export function quoted(span: Span): string {
  const text = textOf(span).replace(/\s+/g, ' ')
  return `\`${text.length > 60 ? `${text.slice(0, 59)}…` : text}\``
}

/** Applies edits, which do not overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = ''
  let at = 0
  for (const { span, text: put } of [...edits].sort((a, b) => a.span.start - b.span.start)) {
    result += text.slice(at, span.start) + put
    at = span.end
  }
  return result + text.slice(at)
}
