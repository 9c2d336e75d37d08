/** What was thrown, for a message. Code of a bundle can throw anything, even what cannot be made into a text. */
export function messageOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error)
  } catch {
    return 'something that cannot be shown'
  }
}

/** What keeps sessions, rate limits or revocations cannot be asked: whoever waits for the answer fails closed. */
export class StoreUnavailable extends Error {}
