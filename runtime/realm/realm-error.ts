/** An error that the code of a realm has thrown, converted to an object of the host. */
export class RealmError extends Error {
  /** Path of the value that the audit record lacks, if a replay has failed for this reason; otherwise `null`. */
  readonly needs: string | null
  /** Runs the code again, which throws the error again, so that `findFrames` can find its stack. */
  readonly again: () => unknown

  constructor(message: string, needs: string | null, again: () => unknown) {
    super(message)
    this.needs = needs
    this.again = again
  }
}

/**
 * Converts a value that a realm has thrown into an error of the host. Calls no code of the realm: only own string members are
 * read. Errors of the host are returned unchanged; objects of the realm never inherit from host objects.
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

/**
 * Calls a function that uses a realm, and returns its result.
 *
 * @throws RealmError, or an error of the host
 */
export function asking<T>(ask: () => T): T {
  try {
    return ask()
  } catch (thrown) {
    throw hostError(thrown, ask)
  }
}
