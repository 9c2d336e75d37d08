import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { refusals } from './refusals.ts'

test('the reference lists every refusal with its status, and no other', () => {
  const reference = readFileSync(new URL('../spec/language/canonical-request.md', import.meta.url), 'utf8')
  const listed = [...reference.matchAll(/^\| (\d{3}) +\| `([a-z0-9-]+)` +\|/gm)].map(([, status, code]) => `${code} ${status}`)
  const known = Object.entries(refusals).map(([code, [status]]) => `${code} ${status}`)
  expect(listed.sort()).toEqual(known.sort())
})
