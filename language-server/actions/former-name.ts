import { type CodeAction, CodeActionKind } from 'vscode-languageserver-types'
import { occurrenceAt } from '../features/navigation.ts'
import { nodesAt } from '../text/nodes-at.ts'
import { placeOf } from '../text/positions.ts'
import type { ActionContext } from './action-context.ts'

/** Returns the action that keeps the former name of what was renamed, by which limits, tests and old records go on to know it. */
export function* formerNameActions({ workspace, policy, span }: ActionContext): Iterable<CodeAction> {
  const { project, file, source } = policy
  const occurrence = occurrenceAt(policy, span.start)
  const [symbol] = occurrence?.symbols ?? []
  const former = symbol === undefined || occurrence?.isDeclaration !== true ? null : project.formerName(symbol)
  if (former === null) return
  const node = nodesAt(file, span.start).findLast((one) => 'annotations' in one)
  if (node === undefined || !('annotations' in node)) return
  if (node.annotations.some(({ name, argument }) => name.text === 'was' && argument.value === former)) return
  const { start } = node.span
  const indent = source.text.slice(source.text.lastIndexOf('\n', start - 1) + 1, start)
  const position = placeOf(source, start)
  const newText = `@was(${JSON.stringify(former)})\n${indent.trim() === '' ? indent : ''}`
  const edit = { changes: { [workspace.uriOf(project, source.name)]: [{ range: { start: position, end: position }, newText }] } }
  yield { title: `keep the former name \`${former}\` with \`@was\``, kind: CodeActionKind.RefactorRewrite, edit }
}
