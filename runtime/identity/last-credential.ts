import { hash } from 'node:crypto'

/** Milliseconds between two sweeps for unused entries. */
const LOOK = 1000

/** Maximum characters of a held credential, so that many connections with large headers cannot fill the memory. */
const MAX_HELD = 4096

/**
 * Returns the key of a credential in caches: the context of its verifier, followed by the SHA-256 digest of the credential in
 * base64url.
 */
export function credentialKey(context: string, text: string): string {
  return context + hash('sha256', text, 'base64url')
}

/**
 * The latest credential of a connection with its key in caches. Clients repeat a credential, and comparing it costs a tenth of
 * hashing it. The text of the credential stays in memory until a second or two after the connection becomes idle. The time of a
 * comparison reveals how long a common prefix two credentials have. It is nanoseconds of a request, and useless without the rest.
 */
export class LastCredential {
  #context = ''
  #text = ''
  /** `null`: nothing is held. */
  #key: string | null = null
  #used = false

  keyOf(context: string, text: string): string {
    this.#used = true
    if (this.#key !== null && text === this.#text && context === this.#context) return this.#key
    const key = credentialKey(context, text)
    if (text.length > MAX_HELD) return key
    this.#key = key
    this.#context = context
    this.#text = text
    hold(this)
    return key
  }

  /** Forgets the credential if it was not used since the last call. Returns whether it was forgotten. */
  age(): boolean {
    if (this.#used) {
      this.#used = false
      return false
    }
    this.#context = ''
    this.#text = ''
    this.#key = null
    return true
  }
}

const held = new Set<LastCredential>()
let looking: NodeJS.Timeout | null = null

function hold(credential: LastCredential): void {
  held.add(credential)
  looking ??= setInterval(look, LOOK).unref()
}

function look(): void {
  for (const credential of held) if (credential.age()) held.delete(credential)
  if (held.size > 0 || looking === null) return
  clearInterval(looking)
  looking = null
}

/** A symbol property, not a map: this is read for each request. */
const LAST = Symbol('the credential that came last')

interface Carrying {
  [LAST]?: LastCredential
}

export function lastCredentialOf(connection: object): LastCredential {
  const carrying = connection as Carrying
  carrying[LAST] ??= new LastCredential()
  return carrying[LAST]
}

/**
 * Makes a stream of an HTTP/2 connection use the `LastCredential` cache of its connection. It concerns only the cache: each
 * stream is authenticated by its own credential.
 */
export function shareLastCredential(stream: object, connection: object): void {
  ;(stream as Carrying)[LAST] = lastCredentialOf(connection)
}
