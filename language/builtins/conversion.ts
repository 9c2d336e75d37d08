import type { Overload } from './builtin.ts'

/** CEL's conversions. What a text does not spell, or an `int` cannot hold, is an evaluation error. */
export const CONVERSION_BUILTINS = {
  'int(int)': { signature: 'int(int): int', fails: false, doc: 'The number.' },
  'int(double)': { signature: 'int(double): int', fails: true, doc: 'The number without its fraction, towards zero.' },
  'int(string)': { signature: 'int(string): int', fails: true, doc: 'The number that the text spells in decimal.' },
  'int(timestamp)': { signature: 'int(timestamp): int', fails: false, doc: 'Whole seconds since 1970-01-01T00:00:00Z.' },
  'double(double)': { signature: 'double(double): double', fails: false, doc: 'The number.' },
  'double(int)': { signature: 'double(int): double', fails: false, doc: 'The number as a double.' },
  'double(string)': {
    signature: 'double(string): double',
    fails: true,
    doc: 'The number that the text spells; `NaN`, `Infinity` and `-Infinity` are spelled so.',
  },
  'string(string)': { signature: 'string(string): string', fails: false, doc: 'The text.' },
  'string(bool)': { signature: 'string(bool): string', fails: false, doc: '`true` or `false`.' },
  'string(int)': { signature: 'string(int): string', fails: false, doc: 'The number in decimal.' },
  'string(double)': {
    signature: 'string(double): string',
    fails: false,
    doc: 'The shortest decimal that reads back as the number.',
  },
  'string(timestamp)': {
    signature: 'string(timestamp): string',
    fails: false,
    doc: 'RFC 3339 in UTC, with as many digits of a second as there are.',
  },
  'string(duration)': {
    signature: 'string(duration): string',
    fails: false,
    doc: 'Seconds with their fraction and `s`: `90s`, `0.5s`.',
  },
  'string(ip)': { signature: 'string(ip): string', fails: false, doc: 'The address in its canonical spelling (RFC 5952).' },
  'string(cidr)': { signature: 'string(cidr): string', fails: false, doc: 'The range: address, `/`, length of the prefix.' },
  'bool(bool)': { signature: 'bool(bool): bool', fails: false, doc: 'The bool.' },
  'bool(string)': { signature: 'bool(string): bool', fails: true, doc: '`true True TRUE t 1` or `false False FALSE f 0`.' },
} as const satisfies Record<string, Overload>
