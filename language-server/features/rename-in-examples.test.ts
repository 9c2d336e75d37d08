import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { EditedWorkspace } from '../testing/edited-workspace.ts'
import { renameAt } from './rename.ts'

const EXAMPLES = new URL('../../examples/', import.meta.url)
const names = readdirSync(EXAMPLES, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))

/** Returns the policies and documents of an example by name. */
function textsOf(name: string): Readonly<Record<string, string>> {
  const folder = new URL(`${name}/`, EXAMPLES)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((one) => /\.(iap|json|ya?ml)$/.test(one))
  return Object.fromEntries(files.map((one) => [one, readFileSync(new URL(one, folder), 'utf8')]))
}

test.each(names)('what is declared in the example %s can be renamed, and back again', (name) => {
  const texts = textsOf(name)
  const workspace = new EditedWorkspace(texts)
  const wrong: string[] = []
  for (const one of Object.keys(texts).filter((text) => text.endsWith('.iap'))) {
    const { project, file } = workspace.policy(one)
    const declared = project
      .occurrencesIn(file)
      .filter(({ isDeclaration, symbols }) => isDeclaration && symbols[0]?.kind !== 'claim')
    for (const [index, { span }] of declared.entries()) {
      // Each needs checks of the project.
      if (index % 2 !== 0) continue
      const word = span.source.text.slice(span.start, span.end)
      const edit = renameAt(workspace, workspace.policy(one), span.start, 'renamed_for_this_test')
      if (typeof edit === 'string') {
        // Operations have the names of their document.
        if (!edit.startsWith('an operation')) wrong.push(`${one} ${word}: ${edit}`)
        continue
      }
      workspace.apply(edit)
      wrong.push(...workspace.errors(one).map((error) => `${one} ${word}: ${error}`))
      const back = renameAt(workspace, workspace.policy(one), span.start, word)
      if (typeof back === 'string') throw new Error(back)
      if (JSON.stringify(workspace.apply(back)) !== JSON.stringify(texts)) throw new Error(`${one} ${word}: the texts differ`)
    }
  }
  expect(wrong).toEqual([])
})
