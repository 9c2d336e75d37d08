import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { credentialRefusals } from './refusals.ts'

test('every code is explained, and no other', () => {
  const page = readFileSync('docs/reference/identities/README.md', 'utf8')
  const table = page
    .slice(page.indexOf('## Codes'))
    .split('\n')
    .filter((line) => line.startsWith('| `'))
  const explained = table.flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([a-z-]+)`/g)].map(([, code]) => code))
  expect(explained.sort()).toEqual(Object.keys(credentialRefusals).sort())
})
