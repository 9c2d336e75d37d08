import { type CodeAction, CodeActionKind, type Diagnostic } from 'vscode-languageserver-types'
import type { RuleDeclaration, Span } from '../../language/index.ts'
import { rangeOf } from '../text/positions.ts'
import type { ActionContext } from './action-context.ts'

/** Maximum names that are offered for a missing `to`. */
const MOST = 8

/** Returns the actions that add a missing `to` or `because` to the rule at a place. */
export function* clauseActions(context: ActionContext): Iterable<CodeAction> {
  const { policy, span } = context
  const rule = policy.file.declarations.find(
    (one): one is RuleDeclaration => one.kind === 'RuleDeclaration' && one.span.start <= span.end && span.start <= one.span.end,
  )
  if (rule === undefined) return
  if (rule.effect === 'permit' && rule.to === null) yield* toActions(context, rule)
  const diagnostics = found(context, 'IAP5026')
  if (rule.effect !== 'forbid' || rule.because !== null || (diagnostics.length === 0 && !touchesHead(rule, span))) return
  const edit = insertion(context, rule, rule.span.end, 'because', '"…"')
  const kind = diagnostics.length > 0 ? CodeActionKind.QuickFix : CodeActionKind.RefactorRewrite
  yield { title: 'add `because`', kind, edit, ...(diagnostics.length > 0 ? { diagnostics } : {}) }
}

/** One action for each role and identity that the file sees. None is preferred: whom a rule permits must not be guessed. */
function* toActions(context: ActionContext, rule: RuleDeclaration): Iterable<CodeAction> {
  const { project, file } = context.policy
  const visible = [...project.facts.visibleIn(file)]
  const named = (kind: string) => visible.filter(([, one]) => one.kind === kind).map(([name]) => name)
  const end = (rule.except.at(-1) ?? rule.on.at(-1) ?? rule.name).span.end
  const diagnostics = found(context, 'IAP4001')
  for (const name of [...named('RoleDeclaration'), ...named('IdentityDeclaration')].slice(0, MOST)) {
    const edit = insertion(context, rule, end, 'to', name)
    yield { title: `add \`to ${name}\``, kind: CodeActionKind.QuickFix, diagnostics, isPreferred: false, edit }
  }
}

function found({ touched }: ActionContext, code: string): Diagnostic[] {
  return touched.filter(({ finding }) => finding.code === code).map(({ diagnostic }) => diagnostic)
}

function touchesHead({ name, span }: RuleDeclaration, { start, end }: Span): boolean {
  return span.start <= end && start <= name.span.end
}

/** Returns the edit that inserts a clause in the layout of the rule: on its line, or on its own with the value aligned. */
function insertion({ workspace, policy }: ActionContext, rule: RuleDeclaration, at: number, keyword: string, value: string) {
  const { source } = policy
  const before = source.text.slice(rule.name.span.end, rule.on[0]?.span.start)
  // The line break keeps the search linear: long white space has many beginnings, but few lines.
  const layout = /\n([ \t]*)on([ \t]+)$/.exec(before)
  const [, indent = '', gap = ' '] = layout ?? []
  const word = keyword.padEnd('on'.length + gap.length - 1)
  const newText = layout === null ? ` ${keyword} ${value}` : `\n${indent}${word} ${value}`
  const uri = workspace.uriOf(policy.project, source.name)
  return { changes: { [uri]: [{ range: rangeOf({ source, start: at, end: at }), newText }] } }
}
