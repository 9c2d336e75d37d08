import type { Span } from '../../../language/source.ts'
import type { DefDeclaration, Expression, File, Name, RoleDeclaration, ServiceDeclaration } from '../../../language/syntax/ast.ts'
import { type Mutant, mutant, quoted } from './mutant.ts'
import { mutateExpression } from './mutate-expression.ts'
import { mutateRule } from './mutate-rule.ts'
import { behind, listClause, listItem, wordBefore } from './spans.ts'

/**
 * Returns the mutants of a file's rules, roles, defs and route labels, in text order. They are text edits, which a person can
 * repeat; the caller must check whether a mutant is valid.
 */
export function mutantsOf(file: File): readonly Mutant[] {
  const mutants = file.declarations.flatMap((declaration): readonly Mutant[] => {
    switch (declaration.kind) {
      case 'RuleDeclaration':
        return mutateRule(declaration)
      case 'RoleDeclaration':
        return mutateRole(declaration)
      case 'DefDeclaration':
        return mutateDef(declaration)
      case 'ServiceDeclaration':
        return mutateLabels(declaration)
      default:
        return []
    }
  })
  return [...mutants].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end)
}

function mutateRole({ when }: RoleDeclaration): readonly Mutant[] {
  if (when === null) return []
  const word = wordBefore(when.span, 'when')
  const clause = word === null ? null : { ...word, end: when.span.end }
  return [
    ...(clause === null ? [] : [mutant('drop-clause', clause, `without ${quoted(clause)}`, { span: clause, text: '' })]),
    negated(when),
    ...mutateExpression(when),
  ]
}

function mutateDef({ body }: DefDeclaration): readonly Mutant[] {
  return mutateExpression(body)
}

function negated({ span }: Expression): Mutant {
  const start: Span = { ...span, end: span.start }
  return mutant(
    'negate-clause',
    span,
    `${quoted(span)} is negated`,
    { span: start, text: '!(' },
    { span: behind(span), text: ')' },
  )
}

/** A route without its label escapes the rules on it. */
function mutateLabels({ labels, routes, operations }: ServiceDeclaration): readonly Mutant[] {
  return [labels, ...routes.map((route) => route.labels), ...operations.map((operation) => operation.labels)].flatMap(dropLabels)
}

function dropLabels(labels: readonly Name[]): readonly Mutant[] {
  return labels.map((label, at) => {
    const whole = labels.length === 1 ? listClause(labels, 'is') : null
    return mutant('drop-label', label.span, `without the label ${quoted(label.span)}`, {
      span: whole ?? listItem(labels, at),
      text: '',
    })
  })
}
