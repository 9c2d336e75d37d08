import { describe, expect, test } from 'vitest'
import { isProduct, measure } from './figures.ts'

const of = (files: Readonly<Record<string, string>>, lists: readonly string[] = []) =>
  measure(
    Object.entries(files).map(([path, text]) => ({ path, text })),
    lists,
  )

/** Lines of code, so many. */
const code = (lines: number) => 'call()\n'.repeat(lines)

describe('a file of the product', () => {
  test.each([
    ['runtime/base/log.ts', true],
    ['interpreter/value.ts', true],
    ['spec/interpreter/value.ts', true],
    ['spec/differential/run.ts', false],
    ['runtime/base/log.test.ts', false],
    ['runtime/server/config/validate.generated.ts', false],
    ['compiler/testing/junit/write.ts', false],
    ['cli/templates/policy.ts', false],
    ['runtime/types.d.ts', false],
    ['cli/page.css', false],
  ])('%s: %s', (path, expected) => {
    expect(isProduct(path)).toBe(expected)
  })
})

test('circles go through any number of files, types included, and a chain is none', () => {
  const { circles } = of({
    'cli/a.ts': "import { b } from './b/b.ts'\n",
    'cli/b/b.ts': "import type { C } from '../c.ts'\nexport * from '../chain.ts'\n",
    'cli/c.ts': "const load = () => import('./a.ts')\n",
    'cli/chain.ts': "import 'node:fs'\n",
    'cli/pair.ts': "import {\n  type One,\n} from './other.ts'\n",
    'cli/other.ts': "export { two } from './pair.ts'\n",
  })
  expect(circles).toEqual([
    ['cli/a.ts', 'cli/b/b.ts', 'cli/c.ts'],
    ['cli/other.ts', 'cli/pair.ts'],
  ])
})

test('a name is shared by three files that declare it, however often each does', () => {
  const { sharedNames } = of({
    'cli/a.ts': 'export interface Part {}\nexport function part(): void\nexport function part(text: string): void\n',
    'cli/b.ts': 'export type Part = string\nexport const part = 1\n',
    'cli/c.ts': 'export abstract class Part {}\nconst part = 2\n',
    'cli/d.ts': "export { part } from './a.ts'\n",
  })
  expect([...sharedNames]).toEqual([['Part', ['cli/a.ts', 'cli/b.ts', 'cli/c.ts']]])
})

test('small are files of twelve lines of code, comments and blank lines aside, that are no index and in no list', () => {
  const { smallFiles } = of(
    {
      'cli/small.ts': `/**\n * Says much.\n */\n\n// More.\n${code(12)}`,
      'cli/large.ts': code(13),
      'cli/index.ts': code(1),
      'cli/commands/version.ts': code(1),
    },
    ['cli/commands'],
  )
  expect(smallFiles).toEqual(['cli/small.ts'])
})

test('crowded is a folder with more than twenty files directly in it', () => {
  const files = (folder: string, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`${folder}/${at}.ts`, code(13)]))
  const { crowdedFolders } = of({ ...files('cli', 20), ...files('cli/more', 21), ...files('cli/commands', 30) }, ['cli/commands'])
  expect([...crowdedFolders]).toEqual([['cli/more', 21]])
})

test('columns are counted as characters', () => {
  expect(of({ 'cli/a.ts': `${'é'.repeat(130)}\n${'x'.repeat(131)}\n` }).longLines).toEqual(['cli/a.ts:2'])
})

test('lines are summed by package', () => {
  const { lines } = of({ 'cli/a.ts': code(2), 'cli/b/b.ts': code(3), 'spec/interpreter/c.ts': code(4) })
  expect([...lines]).toEqual([
    ['cli', 5],
    ['spec/interpreter', 4],
  ])
})
