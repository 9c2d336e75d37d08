import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { TextFiles } from '../workspace/files.ts'
import { Workspace } from '../workspace/workspace.ts'
import { completionAt } from './completion.ts'

const EXAMPLES = new URL('../../examples/', import.meta.url)

/** Returns a workspace with all policies and documents of an example. */
function exampleNamed(name: string): { readonly workspace: Workspace; readonly policies: readonly string[] } {
  const files = new TextFiles()
  const folder = new URL(`${name}/`, EXAMPLES)
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((one) => /\.(iap|json|ya?ml)$/.test(one))
  for (const one of names) files.set(`/w/${one}`, readFileSync(new URL(one, folder), 'utf8'))
  const workspace = new Workspace(files)
  workspace.addFolder('file:///w')
  return { workspace, policies: names.filter((one) => one.endsWith('.iap')) }
}

const names = readdirSync(EXAMPLES, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))

test.each(names)('every name in the example %s is offered where it stands', (name) => {
  const { workspace, policies } = exampleNamed(name)
  const missing: string[] = []
  let count = 0
  for (const one of policies) {
    const policy = workspace.policyAt(`file:///w/${one}`)
    if (policy === null) throw new Error(`there is no ${one}`)
    for (const { span, isDeclaration } of policy.project.occurrencesIn(policy.file)) {
      if (isDeclaration) continue
      const text = span.source.text.slice(span.start, span.end)
      count += 1
      // In the middle of the word, as it is replaced whole.
      const { items, isIncomplete } = completionAt(policy, span.start + (count % 2), false)
      if (!isIncomplete && !items.some(({ label }) => label === text)) missing.push(`${one}:${span.start} ${text}`)
    }
  }
  expect(missing).toEqual([])
  expect(count).toBeGreaterThan(20)
})

test.each(names)('while the rest of its declaration is not written, every name in the example %s is offered', (name) => {
  const { workspace, policies } = exampleNamed(name)
  const missing: string[] = []
  for (const one of policies) {
    const uri = `file:///w/${one}`
    const whole = workspace.policyAt(uri)
    if (whole === null) throw new Error(`there is no ${one}`)
    const { text } = whole.source
    const places = whole.project.occurrencesIn(whole.file).filter(({ isDeclaration }) => !isDeclaration)
    for (const [index, { span }] of places.entries()) {
      // Each needs a check of the project.
      if (index % 4 !== 0) continue
      const around = whole.file.declarations.find((own) => own.span.start <= span.start && span.end <= own.span.end)
      if (around === undefined) continue
      workspace.setText(uri, `${text.slice(0, span.start)}${text.slice(around.span.end)}`)
      const policy = workspace.policyAt(uri)
      if (policy === null) throw new Error(`there is no ${one}`)
      const { items, isIncomplete } = completionAt(policy, span.start, false)
      const word = text.slice(span.start, span.end)
      if (!isIncomplete && !items.some(({ label }) => label === word)) missing.push(`${one}:${span.start} ${word}`)
    }
    workspace.setText(uri, null)
  }
  expect(missing).toEqual([])
})
