import { BOOL, STRING } from '../semantics/types/type.ts'
import type { Builtin } from './builtin.ts'

/** CEL's functions on strings (standard library, and `lowerAscii` `upperAscii` of its strings extension). None can fail. */
export const STRING_BUILTINS = {
  startsWith: {
    on: ['string'],
    parameters: [STRING],
    result: BOOL,
    global: false,
    doc: 'Whether the text begins with the given one.',
  },
  endsWith: {
    on: ['string'],
    parameters: [STRING],
    result: BOOL,
    global: false,
    doc: 'Whether the text ends with the given one.',
  },
  contains: {
    on: ['string'],
    parameters: [STRING],
    result: BOOL,
    global: false,
    doc: 'Whether the given text occurs in the text.',
  },
  lowerAscii: {
    on: ['string'],
    parameters: [],
    result: STRING,
    global: false,
    doc: 'The text with A–Z as a–z; nothing else changes.',
  },
  upperAscii: {
    on: ['string'],
    parameters: [],
    result: STRING,
    global: false,
    doc: 'The text with a–z as A–Z; nothing else changes.',
  },
} as const satisfies Record<string, Builtin>
