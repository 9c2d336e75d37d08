import { expect, test } from 'vitest'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { DOCUMENT_DEPTH_LIMIT, readDocument } from './document.ts'

function read(name: string, text: string): string {
  const diagnostics: Diagnostic[] = []
  const document = readDocument({ name, text }, diagnostics)
  expect(diagnostics).toHaveLength(document === null ? 1 : 0)
  return document === null ? String(diagnostics[0]?.message) : 'read'
}

// The YAML parser aborts the process for some of these, which no test can catch.
test.each([
  ['brackets', '['],
  ['braces', '{a: '],
  ['brackets that texts seem to close', '["]",'],
  ['lists on one line', '- '],
  ['keys on one line', '? '],
  ['lists and maps on one line', '- ? '],
])('%s that nest too deep are refused', (_, opening) => {
  for (const levels of [DOCUMENT_DEPTH_LIMIT + 2, 2_000, 200_000])
    expect(read('a.yaml', opening.repeat(levels))).toContain('it nests too deep')
})

test('so are lines that are indented deeper and deeper, and JSON', () => {
  expect(read('a.yaml', Array.from({ length: 2_000 }, (_, at) => `${' '.repeat(at)}-`).join('\n'))).toContain('it nests too deep')
  expect(read('a.json', `${'['.repeat(2_000)}${']'.repeat(2_000)}`)).toContain('it nests too deep')
})

test('as deep as the limit is read, and so are brackets in texts and comments', () => {
  const levels = DOCUMENT_DEPTH_LIMIT
  expect(read('a.json', `${'['.repeat(levels)}${']'.repeat(levels)}`)).toBe('read')
  expect(read('a.yaml', `${'- '.repeat(levels)}a`)).toBe('read')
  expect(read('a.yaml', `- "${'['.repeat(2_000)}" # ${'{'.repeat(2_000)}`)).toBe('read')
})

test('an alias stands for the value of an anchor before it', () => {
  expect(read('a.yaml', 'a: &x [1]\nb: *x\n')).toBe('read')
  for (const text of ['a: *x\nb: &x [1]\n', 'a: &x [*x]\n'])
    expect(read('a.yaml', text)).toBe('`a.yaml` cannot be read: the alias *x has no anchor before it')
})
