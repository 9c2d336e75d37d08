import type { Overload } from './builtin.ts'

/** CEL's string functions, standard and extension. Positions and lengths count code points; `matches` takes RE2 syntax. */
export const STRING_BUILTINS = {
  'string.size': { signature: 'string.size(): int', fails: false, doc: 'How many code points the text has.' },
  'size(string)': { signature: 'size(string): int', fails: false, doc: 'How many code points the text has.' },
  'string.startsWith': {
    signature: 'string.startsWith(string): bool',
    fails: false,
    doc: 'Whether the text begins with the given one.',
  },
  'string.endsWith': {
    signature: 'string.endsWith(string): bool',
    fails: false,
    doc: 'Whether the text ends with the given one.',
  },
  'string.contains': {
    signature: 'string.contains(string): bool',
    fails: false,
    doc: 'Whether the given text occurs in the text.',
  },
  'string.matches': {
    signature: 'string.matches(string): bool',
    fails: false,
    constants: [1],
    doc: 'Whether some part of the text matches the regular expression (RE2 syntax, a constant); `^` and `$` tie it to the ends.',
  },
  'matches(string)': {
    signature: 'matches(string, string): bool',
    fails: false,
    constants: [1],
    doc: 'Whether some part of the text matches the regular expression (RE2 syntax, a constant); `^` and `$` tie it to the ends.',
  },
  'string.lowerAscii': {
    signature: 'string.lowerAscii(): string',
    fails: false,
    doc: 'The text with A–Z as a–z; nothing else changes.',
  },
  'string.upperAscii': {
    signature: 'string.upperAscii(): string',
    fails: false,
    doc: 'The text with a–z as A–Z; nothing else changes.',
  },
  'string.charAt': {
    signature: 'string.charAt(int): string',
    fails: true,
    doc: 'The code point at the position as a text; empty at the very end, an error beyond.',
  },
  'string.indexOf': {
    signature: 'string.indexOf(string, int?): int',
    fails: true,
    doc:
      'Where the given text first occurs, from the given position on; −1 where it does not. A position outside ' +
      'of the text (below 0, above its size) is an error.',
  },
  'string.lastIndexOf': {
    signature: 'string.lastIndexOf(string, int?): int',
    fails: true,
    doc:
      'Where the given text last occurs, beginning at or before the given position; −1 where it does not. A ' +
      'position outside of the text (below 0, above its size) is an error.',
  },
  'string.replace': {
    signature: 'string.replace(string, string, int?): string',
    fails: true,
    doc:
      'The text with the first given text replaced by the second: everywhere, or the first so many times (a ' +
      'negative number: everywhere). The empty text occurs before every code point and at the end. More than ' +
      '1,048,576 UTF-16 units are an error.',
  },
  'string.split': {
    signature: 'string.split(string, int?): list<string>',
    fails: true,
    doc:
      'The parts between the separators; with a limit at most so many parts, the last holding the rest (0: ' +
      'none, negative: all). An empty separator splits into code points. More than 1,000 parts are an error.',
  },
  'string.substring': {
    signature: 'string.substring(int, int?): string',
    fails: true,
    doc:
      'The part from one position up to another, or to the end. A position outside of the text, or an end ' +
      'before the beginning, is an error.',
  },
  'string.trim': { signature: 'string.trim(): string', fails: false, doc: 'The text without white space (Unicode) at its ends.' },
  'string.reverse': {
    signature: 'string.reverse(): string',
    fails: false,
    doc: 'The text with its code points in the other order.',
  },
  'list.join': {
    signature: 'list<string>.join(string?): string',
    fails: true,
    doc: 'The texts one after the other, with the given one between them. More than 1,048,576 UTF-16 units are an error.',
  },
} as const satisfies Record<string, Overload>
