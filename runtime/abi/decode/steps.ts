/**
 * Bounds the work of checking a body by an imported schema. A schema that recurses twice per level (`allOf` of two that each
 * check `child`) doubles its work at each: 60 levels, in 400 bytes, never end.
 */

/** Maximum visits of one list or object through references: one for each alternative of it and its parents. */
const MOST_LOOKS = 256
/** Maximum references followed. A megabyte of body has half a million values. */
const MOST_STEPS = 10_000_000

/** Error of `takeStep`, distinct from other errors. */
class TooManySteps extends Error {}

let left = 0
let looks = new Map<object, number>()

/**
 * Counts a step of the running validation and a visit of the value, if it is a list or object. Validators call it at each `$ref`,
 * so that recursive schemas cannot run without bound.
 *
 * @throws TooManySteps, which `withinSteps` catches, beyond the limits
 */
export function takeStep(value: unknown): void {
  left -= 1
  if (left < 0) throw new TooManySteps()
  if (typeof value !== 'object' || value === null) return
  const count = (looks.get(value) ?? 0) + 1
  if (count > MOST_LOOKS) throw new TooManySteps()
  looks.set(value, count)
}

/**
 * Runs a validation, and returns its result. Returns `null` if it exceeds the limits of `takeStep`, which bound the work of
 * recursive schemas.
 */
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
