import { BOOL, CIDR, DOUBLE, DURATION, HIERARCHY, INT, IP, STRING, TIMESTAMP, type Type } from './type.ts'

/** The types that every file can name. */
export const PRIMITIVES: Readonly<Record<string, Type>> = {
  bool: BOOL,
  int: INT,
  double: DOUBLE,
  string: STRING,
  timestamp: TIMESTAMP,
  duration: DURATION,
  ip: IP,
  cidr: CIDR,
  hierarchy: HIERARCHY,
}

/** How many types each takes. */
export const GENERICS: Readonly<Record<string, number>> = { list: 1, set: 1, map: 2 }

/** Whether a word names a type by itself, so that no declaration can give it another meaning. */
export function isTypeWord(word: string): boolean {
  return Object.hasOwn(PRIMITIVES, word) || Object.hasOwn(GENERICS, word)
}
