import { type CodeAction, CodeActionKind } from 'vscode-languageserver-types'
import { rangeOf } from '../text/positions.ts'
import type { ActionContext } from './action-context.ts'

/** The code of the warning about a name that is imported and not used. */
const UNUSED = 'IAP5018'

/**
 * Returns the action that merges and sorts the imports of a file and removes unused names. None if something stands between the
 * imports, or if they are in order.
 */
export function* organizeActions({ workspace, policy }: ActionContext): Iterable<CodeAction> {
  const { project, file, source } = policy
  const imports = file.imports.toSorted((a, b) => a.span.start - b.span.start)
  const [first, last] = [imports[0], imports.at(-1)]
  if (first === undefined || last === undefined) return
  const span = { source, start: first.span.start, end: last.span.end }
  const between = [...file.declarations, ...file.comments].some((one) => span.start < one.span.end && one.span.start < span.end)
  if (between || file.brokenNames.length > 0 || file.lostNames.length > 0) return
  const unused = new Set(
    project.linted.filter((one) => one.code === UNUSED && one.span.source.name === source.name).map((one) => one.span.start),
  )
  const names = new Map<string, Set<string>>()
  for (const one of imports) {
    const kept = one.names.filter((name) => !unused.has(name.span.start)).map(({ text }) => text)
    names.set(one.from.value, new Set([...(names.get(one.from.value) ?? []), ...kept]))
  }
  const lines = [...names]
    .filter(([, list]) => list.size > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([from, list]) => `import { ${[...list].sort().join(', ')} } from ${JSON.stringify(from)}`)
  const before = source.text.slice(span.start, span.end)
  const newText = lines.join(before.includes('\r\n') ? '\r\n' : '\n')
  if (newText === before) return
  const edit = { changes: { [workspace.uriOf(project, source.name)]: [{ range: rangeOf(span), newText }] } }
  yield { title: 'organize imports', kind: CodeActionKind.SourceOrganizeImports, edit }
}
