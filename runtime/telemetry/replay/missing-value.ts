import { RealmError } from '../../realm/realm-error.ts'

/**
 * Error for reading a value that the audit record does not hold. Without the error, a condition would take the value for absent.
 * Each path has one error object, which is reused because a replay may throw many.
 */
export class MissingValueError extends Error {
  /** Path of the missing value, such as `body.note`, `data assigned` or `caller`. */
  readonly needs: string

  constructor(needs: string) {
    super(`the record does not hold \`${needs}\``)
    this.name = 'MissingValueError'
    this.needs = needs
  }
}

const known = new Map<string, MissingValueError>()
/** Maximum number of reused errors. Paths come from policies, but headers and claims may be unbounded. */
const MOST = 10_000

export function missingValue(needs: string): MissingValueError {
  const found = known.get(needs)
  if (found !== undefined) return found
  if (known.size >= MOST) known.clear()
  const made = new MissingValueError(needs)
  known.set(needs, made)
  return made
}

/**
 * Runs `ask` and returns its result. If it fails because a value was not recorded, converts the error of the realm.
 *
 * @throws MissingValueError if `ask` reads a value that was not recorded
 */
export function lacking<T>(ask: () => T): T {
  try {
    return ask()
  } catch (error) {
    if (error instanceof RealmError && error.needs !== null) throw missingValue(error.needs)
    throw error
  }
}
