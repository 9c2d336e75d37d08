/**
 * How much work the check of one body by an imported schema may be. A schema that asks itself of what is within a value by two
 * ways (`allOf` of two that each ask `child` again) looks at each level twice as often as at the one above it: at 60 levels, in
 * 400 bytes, for ever.
 */

/**
 * How often one list or object is looked at where a reference leads: as often as there are alternatives for it, and for those
 * around it.
 */
const MOST_LOOKS = 256
/** References followed. A body of a megabyte has half a million values. */
const MOST_STEPS = 10_000_000

/** Thrown by `takeStep`; `withinSteps` tells it from mistakes. */
class TooManySteps extends Error {}

let left = 0
let looks = new Map<object, number>()

/** Validators count themselves where a reference leads to. */
export function takeStep(value: unknown): void {
  left -= 1
  if (left < 0) throw new TooManySteps()
  if (typeof value !== 'object' || value === null) return
  const count = (looks.get(value) ?? 0) + 1
  if (count > MOST_LOOKS) throw new TooManySteps()
  looks.set(value, count)
}

/** What a check says that takes no more steps than it may; null where it takes more. */
export function withinSteps(check: () => boolean): boolean | null {
  left = MOST_STEPS
  try {
    return check()
  } catch (error) {
    if (error instanceof TooManySteps) return null
    throw error
  } finally {
    looks = new Map()
  }
}
