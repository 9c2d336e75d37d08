import { type CodeAction, CodeActionKind, type TextEdit, type WorkspaceEdit } from 'vscode-languageserver-types'
import { type RuleTest, testOfRuleInSteps } from '../../analysis/index.ts'
import { interpret } from '../../interpreter/index.ts'
import { type File, importFix, type RuleDeclaration } from '../../language/index.ts'
import { Run } from '../runs/run.ts'
import { rangeOf } from '../text/positions.ts'
import type { Project } from '../workspace/project.ts'
import type { PolicyFile, Workspace } from '../workspace/workspace.ts'
import type { ActionContext } from './action-context.ts'

/** The data of the action, which the client sends back when the action is chosen. */
interface TestRequest {
  readonly uri: string
  readonly rule: string
}

/** Milliseconds after which the search for a request ends. */
const MOST_TIME = 5_000

/** Returns the action that adds a test for the rule at a place, if no test names it. The test is sought when it is chosen. */
export function* ruleTestActions({ workspace, policy, span }: ActionContext): Iterable<CodeAction> {
  const { project, file, source } = policy
  const rule = file.declarations.find(
    (one): one is RuleDeclaration =>
      one.kind === 'RuleDeclaration' && one.span.start <= span.end && span.start <= one.name.span.end,
  )
  if (rule === undefined || rule.shadow || project.checked.result === null) return
  const { text: name } = rule.name
  if (project.facts.model.tests.some(({ expect }) => expect.by === name)) return
  const data: TestRequest = { uri: workspace.uriOf(project, source.name), rule: name }
  yield { title: `add a test for \`${name}\``, kind: CodeActionKind.RefactorRewrite, data }
}

/**
 * Resolves to an action with its edit, which is sought only now, in short steps between which the server answers other messages;
 * to a sentence if there is none.
 *
 * @throws CancelledError if the client cancels it, or a text of the project changes meanwhile
 */
export async function resolveRuleTest(
  workspace: Workspace,
  action: CodeAction,
  isCancelled: () => boolean,
): Promise<CodeAction | string> {
  const { uri, rule: name } = (action.data ?? {}) as Partial<TestRequest>
  if (typeof uri !== 'string' || typeof name !== 'string') return action
  const policy = workspace.policyAt(uri)
  const model = policy?.project.checked.result
  if (policy === null || model === null || model === undefined) return 'the policy has errors, so that no test can be tried'
  const rule = model.rules.find((one) => one.name === name)
  if (rule === undefined) return `there is no rule \`${name}\` any more`
  const { project } = policy
  const { version } = project
  const isOutdated = () => project.version !== version
  const run = new Run({ isCancelled: () => isCancelled() || isOutdated(), report: () => {} }, MOST_TIME)
  const found = await run.finish(testOfRuleInSteps(model, rule, interpret, run.control))
  if (found === null) return `no request was found that \`${name}\` decides`
  return { ...action, edit: editOf(workspace, policy, found) }
}

/** The test goes to the end of the file of tests beside the policy, or of the policy if there is none. */
function editOf(workspace: Workspace, { project, file }: PolicyFile, { text, names }: RuleTest): WorkspaceEdit {
  const beside = file.span.source.name.replace(/\.iap$/, '.test.iap')
  const target = project.checked.files.find(({ span }) => span.source.name === beside) ?? file
  const { source } = target.span
  const end = source.text.length
  const newText = `${source.text.endsWith('\n') ? '' : '\n'}\n${text}`
  const edits: TextEdit[] = names.flatMap((name) => importEdits(project, target, name))
  edits.push({ range: rangeOf({ source, start: end, end }), newText })
  return { changes: { [workspace.uriOf(project, source.name)]: edits } }
}

function importEdits({ facts, checked }: Project, file: File, name: string): TextEdit[] {
  const declaration = facts.declarations.find((one) => one.name.text === name && one.kind !== 'TypeDeclaration')
  if (declaration === undefined || facts.find(file, name) === declaration) return []
  const { edits } = importFix(name, declaration.span.source.name, file, checked.importedFile)
  return edits.map(({ span, text }) => ({ range: rangeOf(span), newText: text }))
}
