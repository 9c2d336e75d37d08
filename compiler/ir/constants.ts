/** From where on constants of a policy become constants of the module. */

/** A text that is longer does. */
export const LONG_TEXT = 80
/**
 * Of more of them a set does, which is faster than comparing one by one: `docs/decisions/texts-as-they-are.md` has the figures.
 */
export const FEW_CONSTANTS = 8
