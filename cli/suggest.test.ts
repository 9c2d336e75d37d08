import { expect, test } from 'vitest'
import { suggest } from './suggest.ts'

test.each([
  ['chekc', 'check'],
  ['--formt', '--format'],
  ['buld', 'build'],
  ['tset', 'test'],
])('%s is meant as %s', (written, meant) => {
  expect(suggest(written, ['check', 'build', 'test', '--format', '--key'])).toBe(meant)
})

test.each(['xyzzy', 'a', ''])('`%s` is meant as nothing', (written) => {
  expect(suggest(written, ['check', 'build', 'verify'])).toBeNull()
})
