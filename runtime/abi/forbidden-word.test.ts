import { describe, expect, test } from 'vitest'
import { forbiddenWord, withoutForbiddenWords } from './forbidden-word.ts'

describe('what makes a promise is seen', () => {
  test.each([
    "import('node:fs')",
    "import /* */ ('node:fs')",
    "import// a\n('node:fs')",
    "import<!-- a\n('node:fs')",
    "[...import('node:fs')]",
    "import.source('node:fs')",
    "x?import('node:fs'):0",
    'async () => 1',
    'async x => 1',
    'async function f() {}',
    'async\u00a0function f() {}',
    '({ async f() {} })',
    '({ async*f() {} })',
    '({ async"f"() {} })',
    '({ async[f]() {} })',
    'class A { async#f() {} }',
    'class A { static async f() {} }',
  ])('%s', (code) => expect(forbiddenWord(code)).toMatch(/^(?:async|import)$/))
})

describe('names and other words are left', () => {
  test.each([
    'data.import === undefined',
    'data?.async (1)',
    '({ import: 1, async: 2 })',
    'decide$import(facts)',
    'important(1)',
    'const asynchronous = 1',
    'route$async$import (1)',
  ])('%s', (code) => {
    expect(forbiddenWord(code)).toBeNull()
    expect(withoutForbiddenWords(code)).toBe(code)
  })
})

test('in texts they are escaped, and mean the same', () => {
  for (const text of [
    'import',
    'an import (late)',
    'async ',
    '\\import',
    '"async"',
    'x-import',
    '..import (',
    'a.import',
    '\nimport',
  ]) {
    const code = withoutForbiddenWords(JSON.stringify(text))
    expect(forbiddenWord(code)).toBeNull()
    expect(new Function(`return ${code}`)()).toBe(text)
  }
})
