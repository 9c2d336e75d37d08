/** Texts that were policies: with words lost, doubled, moved, with noise, and with nesting that nobody would write. */
import { tokenize } from '../../../language/syntax/tokenize.ts'
import type { Random } from '../generate/random.ts'

interface Piece {
  readonly start: number
  readonly end: number
}

/** Words and marks that mean something somewhere. */
const WORDS: readonly string[] = [
  ...[
    'permit',
    'forbid',
    'when',
    'unless',
    'on',
    'to',
    'require',
    'limit',
    'header',
    'because',
    'except',
    'by',
    'per',
    'is',
    'in',
  ],
  ...[
    'type',
    'identity',
    'role',
    'label',
    'data',
    'def',
    'service',
    'route',
    'rpc',
    'invariant',
    'test',
    'shadow',
    'import',
    'from',
  ],
  ...[
    'body',
    'query',
    'via',
    'of',
    'at',
    'as',
    'expect',
    'cases',
    'mfa',
    'acr',
    'auth',
    'within',
    'null',
    'true',
    'has',
    'anyone',
  ],
  ...[
    '{',
    '}',
    '(',
    ')',
    '[',
    ']',
    '<',
    '>',
    '.',
    '.?',
    '[?',
    ',',
    ':',
    '?',
    '|',
    '||',
    '&&',
    '==',
    '=',
    '!',
    '-',
    '*',
    '@',
    '$x',
  ],
  ...['"', "'", '"""', '/*', '*/', '//', '///', '0', '1.5', '9007199254740993', '1e999', '10m', '0x', '"a"', 'r"\\', '\\'],
]
const NOISE: readonly string[] = [
  ...['\u0000', '\u0007', '\ud800', '\udc00', '\u2028', '\ufeff', '\u202e', '\u200b', '\r', '\u00a0', '\u{1f600}', '\u00e9'],
  ...['\n', '\t', ';', '#', '%', '&', '`', '~', '^', '\u001b', '\ufffd'],
]
const OPENING: readonly string[] = [
  ...[
    '(',
    '[',
    '{',
    '!',
    '-',
    'list<',
    'map<string, ',
    '{ a: ',
    '{"a": ',
    'a.',
    'has(',
    'x.all(x, ',
    'a[',
    'a[?',
    'true ? ',
    'f(',
  ],
  ...[
    'a && ',
    'a || ',
    '1 + ',
    '"a" | ',
    'a, ',
    '{ "a": [',
    'import { a } from "./a.iap"\n',
    '/// a\n',
    'label a\n',
    '@was("a") ',
  ],
]

export function mangle(text: string, random: Random): string {
  let mangled = text
  for (let left = random.pick([1, 1, 1, 2, 3, 6]); left > 0; left -= 1) mangled = once(mangled, random)
  return mangled
}

function once(text: string, random: Random): string {
  return random.way<string>([
    [4, () => byToken(text, random)],
    [1, () => text.slice(0, random.int(0, text.length))],
    [1.5, () => inserted(text, random, random.list(1, 4, () => random.pick(NOISE)).join(''))],
    [1, () => withoutPart(text, random)],
    [1, () => doubledPart(text, random)],
    [0.5, () => nested(text, random)],
    [0.7, () => replaceOne(text, random)],
  ])
}

function byToken(text: string, random: Random): string {
  const pieces = tokenize({ name: 'policy.iap', text }).tokens.map(({ startOffset, image }) => ({
    start: startOffset,
    end: startOffset + image.length,
  }))
  if (pieces.length < 2) return inserted(text, random, random.pick(WORDS))
  const at = random.int(0, pieces.length - 2)
  const [one, next] = [pieces[at] as Piece, pieces[at + 1] as Piece]
  const other = random.pick(pieces)
  return random.way<string>([
    [3, () => cut(text, one, '')],
    [2, () => cut(text, one, `${textOf(text, one)} ${textOf(text, one)}`)],
    [2, () => cut(text, { start: one.start, end: next.end }, `${textOf(text, next)} ${textOf(text, one)}`)],
    [2, () => cut(text, one, random.pick(WORDS))],
    [2, () => cut(text, one, textOf(text, other))],
    [1, () => cut(text, { start: one.end, end: one.end }, ` ${random.pick(WORDS)} `)],
    [
      0.7,
      () => cut(text, { start: one.start, end: (pieces[Math.min(at + random.int(2, 30), pieces.length - 1)] as Piece).end }, ''),
    ],
  ])
}

function cut(text: string, { start, end }: Piece, by: string): string {
  return text.slice(0, start) + by + text.slice(end)
}

function textOf(text: string, { start, end }: Piece): string {
  return text.slice(start, end)
}

function inserted(text: string, random: Random, what: string): string {
  const at = random.int(0, text.length)
  return text.slice(0, at) + what + text.slice(at)
}

function part(text: string, random: Random): Piece {
  const start = random.int(0, text.length)
  return { start, end: Math.min(text.length, start + random.int(1, 60)) }
}

function withoutPart(text: string, random: Random): string {
  return cut(text, part(text, random), '')
}

function doubledPart(text: string, random: Random): string {
  const piece = part(text, random)
  return inserted(text, random, textOf(text, piece).repeat(random.pick([1, 1, 2, 20])))
}

/** One character for another. */
function replaceOne(text: string, random: Random): string {
  const at = random.int(0, text.length)
  return cut(
    text,
    { start: at, end: at + 1 },
    random.chance(0.5) ? random.pick(NOISE) : String.fromCharCode(random.int(0, 0xffff)),
  )
}

/** As deep as no limit lets it be, here and there closed again. */
function nested(text: string, random: Random): string {
  const opening = random.pick(OPENING)
  const deep = random.pick([3, 190, 210, 500, 3000])
  const closing = random.chance(0.5) ? random.pick([')', ']', '}', '>', ' }']).repeat(deep) : ''
  const at = text.search(random.pick([/(?<=when )/, /(?<=: )/, /(?<=\n)\n/, /(?<=\{)/, /$/]))
  const place = at === -1 ? random.int(0, text.length) : at
  return text.slice(0, place) + opening.repeat(deep) + (closing === '' ? '' : `a${closing}`) + text.slice(place)
}
