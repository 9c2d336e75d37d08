import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyCharacter } from '../../tests/support/any-character.ts'
import { type Code, comment, identifier, joinCode, js, literal } from './code.ts'
import { moduleName, Names } from './names.ts'
import { property } from './property.ts'

const FULL = process.env.IAP_FULL === '1'
const evaluate = (code: Code): unknown => new Function(`'use strict'; return ${code}`)()

describe('literals', () => {
  test('any text is itself again, in one line of harmless characters', () => {
    const nasty = fc.constantFrom(
      "'",
      '"',
      '\\',
      '`',
      '${',
      '\n',
      '\r',
      '\u2028',
      '\u2029',
      '\ud800',
      '\udc00',
      '</script>',
      '<!--',
      '*/',
      '\u202e',
      '\ufeff',
      '\0',
      'é',
    )
    const texts = fc.array(fc.oneof(nasty, fc.string({ unit: anyCharacter })), { maxLength: 12 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(texts, (text) => {
        const code = literal(text)
        expect(evaluate(code)).toBe(text)
        expect(String(code)).toMatch(/^'[\x20-\x7e\xa1-\xac\xae-\u024f]*'$/)
        expect(String(code)).not.toMatch(/<[/!]/)
      }),
      { seed: 4, numRuns: FULL ? 2000 : 500 },
    )
  })
  test.each([
    ["it's", "'it\\'s'"],
    ['a\nb', "'a\\nb'"],
    ['\u2028', "'\\u2028'"],
    ['</script>', "'\\x3c/script>'"],
    ['a < b', "'a < b'"],
    ['Grüße', "'Grüße'"],
    ['\ud83d\ude00', "'\\ud83d\\ude00'"],
  ])('%j', (text, code) => expect(String(literal(text))).toBe(code))
})

describe('only code makes code', () => {
  test('a string or a wild number in a template throws', () => {
    // biome-ignore lint/suspicious/noExplicitAny: what the types refuse
    const anything = (part: any) => () => js`x = ${part}`
    for (const part of ['alert()', Number.NaN, Number.POSITIVE_INFINITY, null, { toString: () => 'alert()' }])
      expect(anything(part)).toThrow()
    expect(String(js`x = ${joinCode([literal('a'), js`${1.5}`], ', ')}`)).toBe("x = 'a', 1.5")
  })
  test('a comment ends nowhere but at the end of its line', () => {
    expect(String(comment('a\nb\u2028c\r*/ d'))).toBe('// a?b?c?*/ d')
  })
  test('an identifier is one', () => {
    for (const name of ['a b', '', 'a;b', '1a', 'ä', 'a\u2028']) expect(() => identifier(name)).toThrow()
  })
})

describe('names', () => {
  test('locals never collide with words, what functions have, or each other', () => {
    const names = new Names()
    const wishes = [
      'id',
      'id',
      'id_2',
      'class',
      'facts',
      'abi',
      '__proto__',
      'arguments',
      'eval',
      'undefined',
      'await',
      'let',
      'trace',
    ]
    expect(wishes.map((wish) => String(names.fresh(wish)))).toEqual([
      'id',
      'id_2',
      'id_2_2',
      'class_2',
      'facts_2',
      'abi_2',
      '__proto___2',
      'arguments_2',
      'eval_2',
      'undefined_2',
      'await_2',
      'let_2',
      'trace_2',
    ])
  })
  test('names of the module are apart from all locals', () => {
    expect(String(moduleName('decide', 'orders', 'read'))).toBe('decide$orders$read')
    expect(String(moduleName('decide', 'a_b', 'c'))).not.toBe(String(moduleName('decide', 'a', 'b_c')))
  })
  test('properties that mean something to JavaScript are others', () => {
    expect(['team', 'sub', '__proto__', 'constructor', 'toString', 'class'].map((name) => String(property(name)))).toEqual([
      'team',
      '$sub',
      '$__proto__',
      '$constructor',
      '$toString',
      'class',
    ])
    expect(() => property('a b')).toThrow()
  })
})
