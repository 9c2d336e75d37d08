import { hash } from 'node:crypto'

/** Milliseconds between two sweeps for unused entries. */
const LOOK = 1000

/** Maximum characters of a held credential, so that many connections with large headers cannot fill the memory. */
const MAX_HELD = 4096

/** Returns a credential's cache key: the verification context and the SHA-256 digest in base64url. */
export function credentialKey(context: string, text: string): string {
  return context + hash('sha256', text, 'base64url')
}

/**
 * The cache key of a connection's latest credential. Clients repeat it, and comparing costs a tenth of hashing.
 * This alone holds a credential's text, until a second or two after the connection falls idle. (The comparison's timing reveals a
 * common prefix of two credentials; that is nanoseconds of a request, and worthless without the rest.)
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

  /** Forgets the credential if it was not used since the last call; returns whether it did. */
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

/** Makes the streams of a connection share its latest credential. */
export function shareLastCredential(stream: object, connection: object): void {
  ;(stream as Carrying)[LAST] = lastCredentialOf(connection)
}
