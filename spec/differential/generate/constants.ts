/** Values that policies and requests are made of. There are few, so that a request often hits what a policy asks for. */

export const GREATEST = Number.MAX_SAFE_INTEGER

export const INTS: readonly number[] = [0, 1, 2, 3, 5, 7, -1, -5, 10, GREATEST, GREATEST - 1, -GREATEST]
export const DOUBLES: readonly number[] = [0, 0.5, 1, 1.5, -0.5, 2, 1e308, -1e308, 0.1]
/** Texts whose order and size are others by UTF-16 unit than by code point. */
export const WIDE: readonly string[] = ['\uff5e', '\u{1f600}', 'a\u{1f600}', 'a\uff5e']
/** Texts that conversions and other built-ins read. */
const SPELLED = ['7', '-3', '1.5', 'true', '10.1.2.3', '10.0.0.0/8', '1h', '2026-01-01T12:00:00Z', 'Europe/Berlin', ' a ', 'a,b']
/** The last ones would do harm where a text became code. */
export const TEXTS: readonly string[] = [
  ...['', 'a', 'b', 'ab', 'A', 'B', 'admin', 'x-1', 'a b', '~z', '\u00e9', 'gold'],
  ...SPELLED,
  ...WIDE,
  `"')]}\`//$\{a}\\`,
  '\u2028',
]
export const HEADERS: readonly string[] = ['x-tenant', 'x-mode', 'accept']
/** Keys of maps: fewer still, as a key that is not there leaves unread what is under it. */
export const KEYS: readonly string[] = ['a', 'b', 'x-1', '__proto__']

export const TIMESTAMPS: readonly string[] = [
  ...['2026-01-01T12:00:00Z', '2026-01-01T11:55:00Z', '2026-03-29T01:30:00Z', '2025-12-31T23:59:59.999999999Z'],
  ...['2024-02-29T00:00:00+01:00', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '1969-12-31T23:59:59.5Z'],
]
export const DURATIONS: readonly string[] = ['1h', '5m', '90s', '-1.5s', '0', '1h30m', '500ms', '1ns', '87659999h']
export const ADDRESSES: readonly string[] = [
  ...['10.1.2.3', '192.0.2.1', '127.0.0.1', '::1', '2001:db8::1', 'fe80::1', '0.0.0.0', '255.255.255.255'],
  ...['224.0.0.1', 'ff02::1', '::ffff:10.1.2.3'],
]
export const RANGES: readonly string[] = [
  ...['10.0.0.0/8', '10.1.0.0/16', '10.1.2.3/32', '192.0.2.0/24', '0.0.0.0/0', '::/0', '2001:db8::/32', '10.1.2.3/8'],
  '::ffff:10.0.0.0/104',
]
export const ZONES: readonly string[] = ['Europe/Berlin', 'America/St_Johns', '+02:00', '-09:30', '14:59', 'UTC']
export const PATTERNS: readonly string[] = ['^a', 'b$', '^[a-z]*$', 'a|b', '(?i)ADMIN', '\\d+', '.', '^\\PL$', '']
/** What `acr` asks for. */
export const LEVELS: readonly string[] = ['gold', 'silver', 'mfa']
/** What `within` asks for, and `limit` counts in. */
export const PERIODS: readonly string[] = ['10m', '1h', '90s', '500ms', '7d']

/** As a policy writes it: with the escapes of JSON, which are escapes there too, and no hidden characters. */
export function quote(text: string): string {
  return JSON.stringify(text).replace(/[\u2028\u2029]/g, (hidden) => `\\u${hidden.charCodeAt(0).toString(16)}`)
}

export function showDouble(double: number): string {
  const text = String(double)
  return /[.e]/.test(text) ? text.replace('e+', 'e') : `${text}.0`
}
