import {
  type CodeAction,
  type CodeActionContext,
  CodeActionKind,
  CodeActionTriggerKind,
  DiagnosticSeverity,
  type Range,
  type WorkspaceEdit,
} from 'vscode-languageserver-types'
import { applyFixes, type Diagnostic as Finding, type Fix, parse } from '../../language/index.ts'
import type { ActionContext } from '../actions/action-context.ts'
import { clauseActions } from '../actions/clauses.ts'
import { formerNameActions } from '../actions/former-name.ts'
import { organizeActions } from '../actions/organize-imports.ts'
import { ruleTestActions } from '../actions/rule-test.ts'
import { offsetOf, rangeOf } from '../text/positions.ts'
import type { Project } from '../workspace/project.ts'
import type { PolicyFile, Workspace } from '../workspace/workspace.ts'
import { diagnosticOf } from './diagnostics.ts'

/**
 * Returns the quick fixes of the findings in a range, the actions on the declaration there, and those on the whole file: all safe
 * fixes, and the order of its imports.
 */
export function codeActionsAt(
  workspace: Workspace,
  policy: PolicyFile,
  range: Range,
  asked: CodeActionContext = { diagnostics: [] },
): CodeAction[] {
  const { project, source } = policy
  const [start, end] = [offsetOf(source, range.start), offsetOf(source, range.end)]
  const isWithoutWarnings = needsNoWarnings(asked)
  const findings = isWithoutWarnings ? project.checked.diagnostics : project.linted
  const own = findings.filter(({ span }) => span.source.name === source.name)
  const touched = own.filter(({ span }) => span.start <= end && start <= span.end)
  const actions = touched.flatMap((finding) =>
    finding.fixes.map((fix, at): CodeAction => fixAction(workspace, project, finding, fix, at === 0)),
  )
  const context: ActionContext = {
    ...{ workspace, policy, span: { source, start, end } },
    touched: touched.map((finding) => ({ finding, diagnostic: diagnosticOf(workspace, project, finding) })),
  }
  for (const more of ACTIONS) actions.push(...more(context))
  if (isWithoutWarnings) return actions
  actions.push(...organizeActions(context))
  const { texts, applied } = applyFixes(own, (name) => name === source.name)
  const text = texts.get(source.name)
  if (text === undefined || applied.length === 0) return actions
  // Fixes of syntax errors are guesses, which editors may apply on save: each must remove its error.
  const mended = applied.filter(({ code }) => code.startsWith(SYNTAX)).length
  if (syntaxErrorsIn(text) > syntaxErrorsIn(source.text) - mended) return actions
  const whole = rangeOf({ source, start: 0, end: source.text.length })
  const edit = { changes: { [workspace.uriOf(project, source.name)]: [{ range: whole, newText: text }] } }
  return [...actions, { title: `fix all of iap's findings (${applied.length})`, kind: FIX_ALL, edit }]
}

/** The beginning of the codes of syntax errors. */
const SYNTAX = 'IAP1'

function syntaxErrorsIn(text: string): number {
  return parse({ name: '', text }).diagnostics.filter(({ code }) => code.startsWith(SYNTAX)).length
}

const ACTIONS = [clauseActions, ruleTestActions, formerNameActions]

/**
 * Returns whether actions can be listed without looking for warnings: the editor asks by itself, as it does after each move of the
 * cursor, and shows no warning there. Finding the warnings of a large project takes too long for that.
 */
export function needsNoWarnings({ triggerKind, only = [], diagnostics }: CodeActionContext): boolean {
  const asksForFile = only.some((kind) => kind.startsWith(CodeActionKind.Source))
  if (triggerKind !== CodeActionTriggerKind.Automatic || asksForFile) return false
  return diagnostics.every(({ severity }) => severity === DiagnosticSeverity.Error)
}

const FIX_ALL = `${CodeActionKind.SourceFixAll}.iap`

function fixAction(workspace: Workspace, project: Project, finding: Finding, fix: Fix, isFirst: boolean): CodeAction {
  return {
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnosticOf(workspace, project, finding)],
    isPreferred: isFirst && fix.hasPlaceholders !== true,
    edit: editOf(workspace, project, fix),
  }
}

function editOf(workspace: Workspace, project: Project, { edits }: Fix): WorkspaceEdit {
  const changes: NonNullable<WorkspaceEdit['changes']> = {}
  for (const { span, text } of edits) {
    const uri = workspace.uriOf(project, span.source.name)
    changes[uri] = [...(changes[uri] ?? []), { range: rangeOf(span), newText: text }]
  }
  return { changes }
}
