import fc from 'fast-check'

const pieces = [
  ...[
    'a',
    'b',
    'admin',
    'public',
    '7',
    '.',
    '..',
    '...',
    '~',
    '-',
    '_',
    '@',
    ':',
    '=',
    '&',
    '+',
    "'",
    '(',
    ')',
    '*',
    '$',
    '!',
    ',',
  ],
  ...[
    '%61',
    '%41',
    '%2e',
    '%2E',
    '%2e%2e',
    '%252e',
    '%25',
    '%2f',
    '%2F',
    '%5c',
    '%3b',
    '%00',
    '%0a',
    '%7f',
    '%c2%85',
    '%20',
    '%23',
  ],
  ...['%3f', '%c3%a9', '%E2%82%AC', '%f0%9f%94%91', '%c0%af', '%ed%a0%80', '%ff', '%', '%z', '%2', '%u0061', '%%32%65'],
  ...[
    '/',
    '//',
    '\\',
    ';',
    '?',
    '#',
    ' ',
    '"',
    '<',
    '>',
    '[',
    ']',
    '{',
    '|',
    '}',
    '^',
    '`',
    '\t',
    '\u0000',
    '\u0080',
    '\u00e9',
    '\u212a',
    '/../',
  ],
]
const harmless = pieces.slice(0, 24).concat('%61', '%25', '%20', '%c3%a9', '%E2%82%AC', '%252e', 'orders', 'x.y')

/** Request targets that love what proxies have been fooled with; about every other one is a target that is fine. */
export const hostileTarget: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: targetOf(harmless, fc.constantFrom('', '?', '?x=1', '?a[]=%2F..%2f;/')) },
  { weight: 2, arbitrary: targetOf(pieces, fc.constantFrom('', '?', '?x', '?%', '?\\', '#', '?a#b', '?%zz', '/')) },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(...pieces), maxLength: 12 }) },
)

function targetOf(from: readonly string[], ends: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const segment = fc.string({ unit: fc.constantFrom(...from), minLength: 1, maxLength: 4 })
  return fc.tuple(fc.array(segment, { maxLength: 4 }), ends).map(([segments, end]) => `/${segments.join('/')}${end}`)
}
