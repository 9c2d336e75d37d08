import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { randomFrom } from '../../bench/random.ts'
import { uriIn, workspaceOf } from '../../tests/support/policy-workspace.ts'
import type { Workspace } from '../index.ts'
import { configCompletionAt } from './completion.ts'
import { configActionsAt, configDiagnosticsOf } from './diagnostics.ts'
import { configHoverAt } from './hover.ts'
import { configDefinitionAt, configReferencesAt, configRenameAt } from './navigation.ts'
import { configFoldingOf, configLinksOf, configSymbolsOf } from './structure.ts'

const POLICY =
  'identity staff via jwt { sub: string }\nservice hello at "a.example" { route r GET "/" }\npermit p on hello.r to staff\n'
const TEMPLATE = readFileSync(new URL('../../cli/templates/default/iap.yaml', import.meta.url), 'utf8')
const EDITS = 200

/** What is typed and pasted: parts of the file itself, and what YAML takes for more than text. */
const PIECES = [
  ...'[]{}"\'#%@`\t\n\r\u2028\uFEFF😀\ud800',
  ...['  ', '- ', ': ', '&a ', '*a', '!x ', '|\n', '>\n', '---\n', '? ', '\r\n'],
  ...['__proto__: ', 'constructor', 'services:\n  hello:\n', 'null', '<<: '],
]

function answers(workspace: Workspace, offset: number): unknown {
  const config = workspace.configAt(uriIn('iap.yaml'))
  if (config === null) return null
  const everywhere = { start: { line: 0, character: 0 }, end: { line: 1e6, character: 0 } }
  return [
    configDiagnosticsOf(workspace).get(uriIn('iap.yaml')),
    configActionsAt(workspace, config, everywhere),
    configHoverAt(workspace, config, offset),
    configCompletionAt(workspace, config, offset),
    configDefinitionAt(workspace, config, offset),
    configReferencesAt(workspace, config, offset, true),
    configRenameAt(workspace, config, offset, 'other'),
    [configSymbolsOf(config), configFoldingOf(config), configLinksOf(workspace, config)],
  ]
}

test(`${EDITS} random edits: an answer after each, as of a fresh workspace`, () => {
  const random = randomFrom(20_261)
  const edited = workspaceOf({ 'a.iap': POLICY, 'iap.yaml': TEMPLATE })
  edited.policyAt(uriIn('a.iap'))
  let text = TEMPLATE
  for (let edit = 0; edit < EDITS; edit += 1) {
    // Begins again now and then, as most edits break something.
    if (edit % 20 === 0) text = TEMPLATE
    const start = random.int(text.length + 1)
    const end = Math.min(text.length, start + (random.int(3) === 0 ? random.int(30) : 0))
    const piece = random.int(2) === 0 ? random.pick(PIECES) : TEMPLATE.slice(random.int(TEMPLATE.length)).slice(0, random.int(25))
    text = text.slice(0, start) + piece + text.slice(end)
    edited.setText(uriIn('iap.yaml'), text)
    const offset = Math.min(start + piece.length, text.length)
    const found = answers(edited, offset)
    if (edit % 4 !== 0) continue
    const fresh = workspaceOf({ 'a.iap': POLICY, 'iap.yaml': text })
    fresh.setText(uriIn('iap.yaml'), text)
    expect(found, JSON.stringify(text)).toEqual(answers(fresh, offset))
  }
})
