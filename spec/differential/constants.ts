/** Values that policies and requests are made of. There are few, so that a request often hits what a policy asks for. */

export const GREATEST = Number.MAX_SAFE_INTEGER

export const INTS: readonly number[] = [0, 1, 2, 3, 5, 7, -1, -5, 10, GREATEST, GREATEST - 1, -GREATEST]
export const DOUBLES: readonly number[] = [0, 0.5, 1, 1.5, -0.5, 2, 1e308, -1e308, 0.1]
/** Texts whose order and size are others by UTF-16 unit than by code point. */
export const WIDE: readonly string[] = ['\uff5e', '\u{1f600}', 'a\u{1f600}', 'a\uff5e']
/** The last ones would do harm where a text became code. */
export const TEXTS: readonly string[] = [
  '',
  'a',
  'b',
  'ab',
  'A',
  'B',
  'admin',
  'x-1',
  'a b',
  '~z',
  '\u00e9',
  '7',
  ...WIDE,
  `"')]}\`//$\{a}\\`,
  '\u2028',
]
export const HEADERS: readonly string[] = ['x-tenant', 'x-mode', 'accept']
/** Keys of maps: fewer still, as a key that is not there leaves unread what is under it. */
export const KEYS: readonly string[] = ['a', 'b', 'x-1', '__proto__']
