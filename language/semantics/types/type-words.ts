import { BOOL, DOUBLE, INT, STRING, type Type } from './type.ts'

/** The types that every file can name. */
export const PRIMITIVES: Readonly<Record<string, Type>> = { bool: BOOL, int: INT, double: DOUBLE, string: STRING }

/** How many types each takes. */
export const GENERICS: Readonly<Record<string, number>> = { list: 1, set: 1, map: 2 }

/** Of `language.md`, and not in this version. */
export const PLANNED_TYPES: ReadonlySet<string> = new Set(['timestamp', 'duration', 'ip', 'cidr', 'hierarchy'])

/** Whether a word names a type by itself, now or in a later version, so that no declaration can give it another meaning. */
export function isTypeWord(word: string): boolean {
  return Object.hasOwn(PRIMITIVES, word) || Object.hasOwn(GENERICS, word) || PLANNED_TYPES.has(word)
}
