import type { Overload } from './builtin.ts'

/** CEL's conversions. A text that does not parse, or a number outside of `int`, is an evaluation error. */
export const CONVERSION_BUILTINS = {
  'int(int)': { signature: 'int(int): int', fails: false, doc: 'The number.' },
  'int(double)': { signature: 'int(double): int', fails: true, doc: 'The number without its fraction, towards zero.' },
  'int(string)': {
    signature: 'int(string): int',
    fails: true,
    doc: 'The number that the text spells: decimal digits, a sign before them if need be.',
  },
  'int(timestamp)': {
    signature: 'int(timestamp): int',
    fails: false,
    doc: 'Whole seconds since 1970-01-01T00:00:00Z, rounded down.',
  },
  'double(double)': { signature: 'double(double): double', fails: false, doc: 'The number.' },
  'double(int)': { signature: 'double(int): double', fails: false, doc: 'The number as a double.' },
  'double(string)': {
    signature: 'double(string): double',
    fails: true,
    doc:
      'The number that the text spells in decimal, with a fraction or an exponent if need be; `NaN`, `Infinity` ' +
      'and `-Infinity` are spelled so. One too large for a double is an error.',
  },
  'string(string)': { signature: 'string(string): string', fails: false, doc: 'The text.' },
  'string(bool)': { signature: 'string(bool): string', fails: false, doc: '`true` or `false`.' },
  'string(int)': { signature: 'string(int): string', fails: false, doc: 'The number in decimal.' },
  'string(double)': {
    signature: 'string(double): string',
    fails: false,
    doc:
      'The shortest decimal that reads back as the number, from 1e21 on and below 1e-6 with an exponent ' +
      '(`1e+21`); `-0`, `NaN`, `Infinity`, `-Infinity`.',
  },
  'string(timestamp)': {
    signature: 'string(timestamp): string',
    fails: false,
    doc: 'RFC 3339 in UTC with `Z`, with as many digits of a second as there are: `2026-03-02T09:00:00.5Z`.',
  },
  'string(duration)': {
    signature: 'string(duration): string',
    fails: false,
    doc: 'Seconds with their fraction and `s`: `90s`, `0.5s`.',
  },
  'string(ip)': { signature: 'string(ip): string', fails: false, doc: 'The address in its canonical spelling (RFC 5952).' },
  'string(cidr)': { signature: 'string(cidr): string', fails: false, doc: 'The range: address, `/`, length of the prefix.' },
  'bool(bool)': { signature: 'bool(bool): bool', fails: false, doc: 'The bool.' },
  'bool(string)': {
    signature: 'bool(string): bool',
    fails: true,
    doc: 'What the text spells: `true True TRUE t T 1` or `false False FALSE f F 0`.',
  },
} as const satisfies Record<string, Overload>
