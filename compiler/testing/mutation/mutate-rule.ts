/** Mutations of a rule's effect, clauses, callers and routes. */
import type { Span } from '../../../language/source.ts'
import type { Condition, Name, RuleDeclaration, Target } from '../../../language/syntax/ast.ts'
import { type Mutant, mutant, quoted } from './mutant.ts'
import { mutateExpression, mutateRequirement } from './mutate-expression.ts'
import { behind, clauseSpan, listClause, listItem, wordBefore } from './spans.ts'

export function mutateRule(rule: RuleDeclaration): readonly Mutant[] {
  return [
    ...mutateHead(rule),
    ...mutateRoutes(rule),
    ...mutateCallers(rule),
    ...rule.conditions.flatMap(mutateCondition),
    ...mutateOthers(rule),
  ]
}

function mutateHead({ effect, shadow, name, to, on, except, conditions }: RuleDeclaration): readonly Mutant[] {
  const found: Mutant[] = []
  const word = wordBefore(name.span, effect)
  const last = [...on, ...except, ...(to ?? []), ...conditions].reduce((a, b) => (a.span.end > b.span.end ? a : b))
  if (word !== null) {
    const other = effect === 'permit' ? 'forbid' : 'permit'
    // A permit must name its callers; a forbid without `to` is for anyone.
    const anyone =
      effect === 'forbid' && to === null ? [{ span: behind((except.at(-1) ?? on.at(-1) ?? name).span), text: ' to anyone' }] : []
    found.push(mutant('flip-effect', name.span, `\`${effect}\` becomes \`${other}\``, { span: word, text: other }, ...anyone))
    const mark = shadow ? wordBefore(word, 'shadow') : null
    if (mark !== null)
      found.push(mutant('enforce-shadow', name.span, 'it is enforced, no longer `shadow`', { span: mark, text: '' }))
  }
  found.push(
    mutant('disable-rule', name.span, `\`${name.text}\` never holds`, { span: behind(last.span), text: '\n  when false' }),
  )
  return found
}

function mutateRoutes({ on, except }: RuleDeclaration): readonly Mutant[] {
  const found: Mutant[] = []
  for (const [at, target] of on.entries()) {
    const wider = widened(target)
    if (wider !== null)
      found.push(
        mutant('widen-routes', target.span, `${quoted(target.span)} becomes \`${wider}\``, { span: target.span, text: wider }),
      )
    if (on.length > 1)
      found.push(mutant('narrow-routes', target.span, `without ${quoted(target.span)}`, { span: listItem(on, at), text: '' }))
  }
  const clause = listClause(except, 'except')
  if (clause !== null) found.push(mutant('widen-routes', clause, `without ${quoted(clause)}`, { span: clause, text: '' }))
  if (except.length > 1)
    for (const [at, { span }] of except.entries())
      found.push(mutant('widen-routes', span, `without \`except\` for ${quoted(span)}`, { span: listItem(except, at), text: '' }))
  return found
}

/** Widens a route to its service, and a service or label to everything. */
function widened(target: Target): string | null {
  switch (target.kind) {
    case 'RouteTarget':
      return `${target.service.text}.*`
    case 'ServiceTarget':
    case 'LabelTarget':
      return '*'
    case 'AllTarget':
      return null
  }
}

function mutateCallers({ to }: RuleDeclaration): readonly Mutant[] {
  const clause = to === null ? null : listClause(to, 'to')
  if (to === null || clause === null) return []
  const names = new Set(to.map(({ text }) => text))
  const becomes = (text: string) => [`${quoted(clause)} becomes \`to ${text}\``, { span: clause, text: `to ${text}` }] as const
  const narrow = (name: Name, at: number) =>
    mutant('narrow-callers', name.span, `without ${quoted(name.span)}`, { span: listItem(to, at), text: '' })
  if (names.has('anyone')) return [mutant('narrow-callers', clause, ...becomes('authenticated'))]
  const wider = (text: string) => mutant('widen-callers', clause, ...becomes(text))
  return [
    ...(names.has('authenticated') || names.has('anonymous') ? [] : [wider('authenticated')]),
    wider('anyone'),
    ...(to.length > 1 ? to.map(narrow) : []),
  ]
}

function mutateCondition(condition: Condition): readonly Mutant[] {
  const { span, unless, expression } = condition
  const keyword = unless ? 'unless' : 'when'
  const clause = clauseSpan(condition, keyword)
  if (clause === null) return []
  const other = unless ? 'when' : 'unless'
  const word = { ...clause, end: clause.start + keyword.length }
  return [
    mutant('drop-clause', span, `without ${quoted(clause)}`, { span: clause, text: '' }),
    mutant('negate-clause', span, `\`${keyword}\` becomes \`${other}\` in ${quoted(clause)}`, { span: word, text: other }),
    ...mutateExpression(expression),
  ]
}

/** Mutates `require`, `limit` and `header`. Skips what no test can see: `because`, and a limit's rate. */
function mutateOthers({ requires, limit, headers }: RuleDeclaration): readonly Mutant[] {
  const drop = (node: { readonly span: Span }, keyword: string): readonly Mutant[] => {
    const clause = clauseSpan(node, keyword)
    return clause === null ? [] : [mutant('drop-clause', clause, `without ${quoted(clause)}`, { span: clause, text: '' })]
  }
  return [
    ...requires.flatMap((requirement) => [...drop(requirement, 'require'), ...mutateRequirement(requirement)]),
    ...(limit === null ? [] : drop(limit, 'limit')),
    ...headers.flatMap((header) => [...drop(header, 'header'), ...mutateExpression(header.value)]),
  ]
}
