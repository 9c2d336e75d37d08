/** The page of the whitelist tells what the code of it has, row by row. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { WHITELIST_RULES } from '../../runtime/abi/allowlist/index.ts'
import * as module from '../../runtime/abi/allowlist/names.ts'
import { EXPRESSIONS } from '../../runtime/abi/allowlist/policy/expressions.ts'
import { STATEMENTS } from '../../runtime/abi/allowlist/policy/statements.ts'
import { HELPERS } from '../../runtime/abi/allowlist/validators/constants.ts'

type Rows = Readonly<Record<string, string | { readonly why: string }>>

const page = readFileSync(new URL('../../spec/language/whitelist.md', import.meta.url), 'utf8')
const parts = page.split(/^## /m)

/** The rows of the table under a heading, `what — for`. */
function tableIn(part: string, heading: string): readonly string[] {
  const text =
    parts
      .find((one) => one.startsWith(part))
      ?.split(/^### /m)
      .find((one) => one.startsWith(`${heading}\n`)) ?? ''
  return [...text.matchAll(/^\| `([^`]+)` +\| (.*?) +\|$/gm)].map(([, what, why]) => `${what} — ${why}`)
}

test.each<[part: string, heading: string, rows: Rows]>([
  ['`policy.js`', 'Statements', STATEMENTS],
  ['`policy.js`', 'Expressions', EXPRESSIONS],
  ['`policy.js`', 'Values', module.VALUES],
  ['`policy.js`', 'Behind `new`', module.CONSTRUCTORS],
  ['`policy.js`', 'Members', module.MEMBERS],
  ['`policy.js`', 'Methods', module.METHODS],
  ['`validators.js`', 'Members of `abi`', HELPERS],
])('%s: %s', (part, heading, rows) => {
  const expected = Object.entries(rows).map(([what, row]) => `${what} — ${typeof row === 'string' ? row : row.why}`)
  expect(expected.length).toBeGreaterThan(1)
  expect(tableIn(part, heading).map((row) => row.replaceAll('\\|', '|'))).toEqual(expected)
})

test('rules', () => {
  const rules = page.slice(page.indexOf('## Rules'))
  expect([...rules.matchAll(/^\| `([^`]+)` +\|/gm)].map(([, rule]) => rule)).toEqual([...WHITELIST_RULES])
})
