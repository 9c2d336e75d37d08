import { BOOL, CIDR, DOUBLE, DURATION, HIERARCHY, INT, IP, STRING, TIMESTAMP, type Type } from './type.ts'

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

/** The number of type arguments of each generic type, by name. */
export const GENERICS: Readonly<Record<string, number>> = { list: 1, set: 1, map: 2 }

/** Returns whether a word is a built-in type's name, which no declaration can redefine. */
export function isTypeWord(word: string): boolean {
  return Object.hasOwn(PRIMITIVES, word) || Object.hasOwn(GENERICS, word)
}
