/**
 * A deterministic automaton that reads a text by code points and runs several tests at once. States are numbers, created on
 * demand.
 */
export interface Automaton {
  readonly start: number
  /**
   * Returns the sorted code points, without 0, at which the transition of a state differs from that of the preceding code point.
   */
  cuts(state: number): readonly number[]
  step(state: number, codePoint: number): number
  /** Returns the indices of the tests that accept a text that ends in this state. */
  holds(state: number): readonly number[]
}

/** Pseudo code point that follows the last code point. */
export const END = 0x11_0000

export function codePointsOf(text: string): readonly number[] {
  return Array.from(text, (character) => character.codePointAt(0) as number)
}

/**
 * Returns positions as sorted code points without duplicates, for `Automaton.cuts`.
 *
 * @param points positions, in any order; those outside of 1 to `END` are dropped
 */
export function cutsAt(points: Iterable<number>): readonly number[] {
  return [...new Set(points)].filter((point) => point > 0 && point < END).sort((a, b) => a - b)
}
