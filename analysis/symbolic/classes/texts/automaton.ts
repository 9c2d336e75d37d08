/**
 * Reads a text code point by code point, and knows of several tests whether they hold of what it has read. States are numbers,
 * made when they are reached.
 */
export interface Automaton {
  readonly start: number
  /** Code points from which on, to the next of them, a state is left in the same way; sorted, 0 left out. */
  cuts(state: number): readonly number[]
  step(state: number, codePoint: number): number
  /** Those of its tests, by their places, that hold of a text that ends here. */
  holds(state: number): readonly number[]
}

/** Behind the last code point. */
export const END = 0x11_0000

export function codePointsOf(text: string): readonly number[] {
  return Array.from(text, (character) => character.codePointAt(0) as number)
}

/** From sorted, distinct numbers; the last one stands before `END`. */
export function cutsAt(points: Iterable<number>): readonly number[] {
  return [...new Set(points)].filter((point) => point > 0 && point < END).sort((a, b) => a - b)
}
