/** An error of a realm's code as an object of the host. */
export class RealmError extends Error {
  /** Value that a replayed record lacks, or `null` if the error has another cause. */
  readonly needs: string | null
  /** Repeats the code, which throws the error again, for `find-frames.ts`. */
  readonly again: () => unknown

  constructor(message: string, needs: string | null, again: () => unknown) {
    super(message)
    this.needs = needs
    this.again = again
  }
}

/**
 * Converts an error of a realm into an error of the host. Calls no code of the realm: only own string members are read. Errors
 * of the host are returned unchanged; objects of the realm never inherit from host objects.
 */
export function hostError(thrown: unknown, again: () => unknown): Error {
  // Without a realm, as in most tests, errors are host objects already, except for missing values.
  if (thrown instanceof Error && ownText(thrown, 'needs') === null) return thrown
  return new RealmError(messageIn(thrown), ownText(thrown, 'needs'), again)
}

function messageIn(thrown: unknown): string {
  if (typeof thrown === 'object' || typeof thrown === 'function')
    return thrown === null ? 'null' : (ownText(thrown, 'message') ?? UNSHOWN)
  return typeof thrown === 'symbol' ? UNSHOWN : String(thrown)
}

const UNSHOWN = 'something that cannot be shown'
/** Maximum length of a message in characters, because a bundle chooses it. */
const LONGEST = 1_000

function ownText(thrown: unknown, name: string): string | null {
  if ((typeof thrown !== 'object' && typeof thrown !== 'function') || thrown === null) return null
  const value: unknown = Object.getOwnPropertyDescriptor(thrown, name)?.value
  return typeof value === 'string' ? value.slice(0, LONGEST) : null
}

/** Calls into a realm, and converts the errors that it throws. */
export function asking<T>(ask: () => T): T {
  try {
    return ask()
  } catch (thrown) {
    throw hostError(thrown, ask)
  }
}
