import { readdirSync, readFileSync } from 'node:fs'
import { type IToken, Lexer } from 'chevrotain'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyCharacter } from '../../tests/support/any-character.ts'
import { scan } from './scan.ts'
import { contextualWords, lexed, reservedWords } from './tokens.ts'

/** What the patterns of the tokens say, by the lexer that they were written for. It is looked through for mistakes, too. */
const lexer = new Lexer(lexed, { positionTracking: 'onlyOffset', ensureOptimizations: true })

interface Plain {
  readonly kind: string
  readonly image: string
  readonly start: number
}

function byPatterns(text: string): { tokens: Plain[]; comments: Plain[] } {
  const read = lexer.tokenize(text)
  const unknown = read.errors.map(({ offset, length }) => ({
    kind: 'Unreadable',
    image: text.slice(offset, offset + length),
    start: offset,
  }))
  const tokens = [...read.tokens.map(plain), ...unknown].sort((a, b) => a.start - b.start)
  return { tokens, comments: (read.groups.comments ?? []).map(plain) }
}

function plain({ tokenType, image, startOffset: start }: IToken): Plain {
  const word = tokenType.name === 'Identifier' ? (contextualWords.get(image) ?? reservedWords.get(image)) : undefined
  return { kind: (word ?? tokenType).name, image, start }
}

function scanned(text: string): { tokens: Plain[]; comments: Plain[] } {
  const { tokens, comments } = scan(text)
  return { tokens: tokens.map(plain), comments: comments.map(plain) }
}

const pieces = [
  ...[
    'permit',
    'when',
    'caller',
    'r',
    'b',
    'R',
    'B',
    'br',
    'rb',
    'bR"',
    'r"a"',
    "b'x'",
    'rr"a"',
    'Rb',
    'ra',
    '_1',
    'é',
    '\ufeff',
  ],
  ...['"', "'", '"""', "'''", '"a\\"b"', '\\', '\\"', '\n', '\r\n', '\r', ' ', '\t', '\f', '\u00a0', '\0', '\ud83d', '👩'],
  ...[
    '/',
    '//',
    '///',
    '////',
    '/*',
    '*/',
    '/**/',
    '// a',
    '/// b\n',
    '.',
    '..',
    '...',
    '.5',
    '1.',
    '1.5',
    '1e3',
    '1e',
    '0x',
    '0x1F',
  ],
  ...[
    '10m',
    '1ms',
    '5mm',
    '7d.',
    '1u',
    '12abc',
    '007',
    '$',
    '$x',
    '$1',
    '{',
    '}',
    '(',
    ')',
    '[',
    ']',
    ',',
    ':',
    '?',
    '@',
    ';',
    '#',
  ],
  ...['|', '||', '&', '&&', '=', '==', '===', '!', '!=', '<', '<=', '>', '>=', '+', '-', '*', '%', '~', '^', '`'],
]

test('scanning finds what the patterns find, in every mixture of pieces', () => {
  const texts = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: anyCharacter, maxLength: 3 })), { maxLength: 40 })
  fc.assert(
    fc.property(texts, (parts) => {
      const text = parts.join('')
      expect(scanned(text)).toEqual(byPatterns(text))
    }),
    { numRuns: process.env.IAP_FULL === '1' ? 50_000 : 3_000, seed: 7 },
  )
})

test('and in the policies of the examples', () => {
  const examples = new URL('../../examples/', import.meta.url)
  const files = readdirSync(examples, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.iap'))
  expect(files.length).toBeGreaterThan(10)
  for (const name of files) {
    const text = readFileSync(new URL(name, examples), 'utf8')
    expect(scanned(text)).toEqual(byPatterns(text))
  }
})
