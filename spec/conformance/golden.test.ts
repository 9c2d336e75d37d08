/**
 * Every stage of a few constructs, from the tree to the emitted code, as text in their `golden/`. What they decide stands in `cases.json`.
 * `IAP_UPDATE=1 npx vitest run spec/conformance/golden` writes them anew: read what changed as you would read code.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { compile, lower, passes, print, runPasses } from '../../compiler/index.ts'
import { type Construct, readConstructs } from './cases.ts'
import { printModel } from './print-model.ts'
import { printTree } from './print-tree.ts'

/** Callers, conditions, routes, bodies, effects. */
const CONSTRUCTS = ['roles-on-roles', 'guards', 'specificity', 'body', 'step-up']

const STAGES: Readonly<Record<string, (construct: Construct) => string>> = {
  'tree.txt': ({ project }) => project.files.map(printTree).join('\n'),
  'model.txt': ({ model }) => printModel(model),
  'ir.txt': ({ model }) => print(lower(model)),
  'ir-after-passes.txt': ({ model }) => print(runPasses(lower(model), passes)),
  'policy.generated.cjs': ({ model }) => compile(model).policy,
}

const root = fileURLToPath(new URL('.', import.meta.url))

describe.each(readConstructs(`^(?:${CONSTRUCTS.join('|')})$`))('$name', (construct) => {
  test.each(Object.entries(STAGES))('%s', (name, stage) => {
    const file = `${root}${construct.name}/golden/${name}`
    const text = stage(construct)
    if (process.env.IAP_UPDATE === '1') {
      mkdirSync(`${root}${construct.name}/golden`, { recursive: true })
      writeFileSync(file, text)
    }
    expect(text).toBe(readFileSync(file, 'utf8'))
  })
})
