import { RealmError } from '../../realm/realm-error.ts'

/**
 * Thrown by what a decision asks for and the record does not hold, so that it is never taken for absent. Made once per path:
 * replaying may meet many.
 */
export class MissingValueError extends Error {
  /** `body.note`, `data assigned`, `caller` */
  readonly needs: string

  constructor(needs: string) {
    super(`the record does not hold \`${needs}\``)
    this.name = 'MissingValueError'
    this.needs = needs
  }
}

const known = new Map<string, MissingValueError>()
/** Paths are those of policies; but for headers and claims of strangers there is no end to them. */
const MOST = 10_000

export function missingValue(needs: string): MissingValueError {
  const found = known.get(needs)
  if (found !== undefined) return found
  if (known.size >= MOST) known.clear()
  const made = new MissingValueError(needs)
  known.set(needs, made)
  return made
}

/** Does what asks a policy for something that the record may not hold. Throws `MissingValueError` if it does not. */
export function lacking<T>(ask: () => T): T {
  try {
    return ask()
  } catch (error) {
    if (error instanceof RealmError && error.needs !== null) throw missingValue(error.needs)
    throw error
  }
}
