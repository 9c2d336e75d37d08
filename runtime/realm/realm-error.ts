/** What code in a realm has thrown, told in objects of the host. */
export class RealmError extends Error {
  /** Of a replayed record: what it does not hold. */
  readonly needs: string | null
  /** Throws it again: `find-frames.ts` looks where that happens. */
  readonly again: () => unknown

  constructor(message: string, needs: string | null, again: () => unknown) {
    super(message)
    this.needs = needs
    this.again = again
  }
}

/**
 * What to throw in the place of what came out of a realm. Nothing of it is called: an own member that is a text is read, and
 * nothing else. What the host has thrown itself stays what it is, as no object of a realm inherits from an object of the host.
 */
export function hostError(thrown: unknown, again: () => unknown): Error {
  // A program that was opened without a realm, as tests open millions, throws objects of the host: what a record lacks is told in
  // the same way.
  if (thrown instanceof Error && ownText(thrown, 'needs') === null) return thrown
  return new RealmError(messageIn(thrown), ownText(thrown, 'needs'), again)
}

function messageIn(thrown: unknown): string {
  if (typeof thrown === 'object' || typeof thrown === 'function')
    return thrown === null ? 'null' : (ownText(thrown, 'message') ?? UNSHOWN)
  return typeof thrown === 'symbol' ? UNSHOWN : String(thrown)
}

const UNSHOWN = 'something that cannot be shown'
/** A message is for people; code of a bundle may make one of any length. */
const LONGEST = 1_000

function ownText(thrown: unknown, name: string): string | null {
  if ((typeof thrown !== 'object' && typeof thrown !== 'function') || thrown === null) return null
  const value: unknown = Object.getOwnPropertyDescriptor(thrown, name)?.value
  return typeof value === 'string' ? value.slice(0, LONGEST) : null
}

/** Does what asks a realm. */
export function asking<T>(ask: () => T): T {
  try {
    return ask()
  } catch (thrown) {
    throw hostError(thrown, ask)
  }
}
