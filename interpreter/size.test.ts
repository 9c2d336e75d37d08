import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

/**
 * What the whole meaning may take: it is there to be read. It was 700 before the certificate of a caller became that of the
 * connection, and chains of roles were evaluated in order.
 */
const MOST_LINES = 710

const folder = new URL('.', import.meta.url)

/**
 * Lines of code of a file as the formatter lays it out: all but blank lines, lines that are nothing but comment, and imports and re-exports,
 * which say where something is and not what it means. A lone bracket counts, and so does the declaration of a type.
 */
function codeLines(text: string): number {
  const code = text
    .replaceAll(/^\s*\/\*\*[\s\S]*?\*\/$/gm, '')
    .replaceAll(/^\s*\/\/.*$/gm, '')
    .replaceAll(/^(?:import|export)\b[^'=]*\bfrom '.*'$/gm, '')
  return code.split('\n').filter((line) => line.trim() !== '').length
}

it('counts lines of code', () => {
  const text = [
    "import { a } from './a.ts'",
    'import {',
    '  type B,',
    "} from './b.ts'",
    "export { c } from './c.ts'",
    '',
    '/** What it is. */',
    'export const d = a + 1 // one',
    '/**',
    ' * And what else.',
    ' */',
    'function e(): B {',
    '  // Why.',
    '  return d',
    '}',
  ]
  expect(codeLines(text.join('\n'))).toBe(4)
})

it(`is at most ${MOST_LINES} lines of code`, () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  const lines = files.map((name) => codeLines(readFileSync(new URL(name, folder), 'utf8')))
  const total = lines.reduce((sum, count) => sum + count, 0)
  expect(total, files.map((name, at) => `${name} ${lines[at]}`).join(', ')).toBeLessThanOrEqual(MOST_LINES)
  // Should the files move, the test counts something else.
  expect(total).toBeGreaterThan(500)
})
