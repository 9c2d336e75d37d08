import { hash } from 'node:crypto'

/** Milliseconds between two looks at which ones are still in use. */
const LOOK = 1000

/** Characters of what is held: many connections, each with as much as fits into a head, are not to fill the memory. */
const MAX_HELD = 4096

/**
 * Under which what is known of a credential is kept: all else that its verification depended on, and its digest (SHA-256,
 * base64url).
 */
export function credentialKey(context: string, text: string): string {
  return context + hash('sha256', text, 'base64url')
}

/**
 * The key of the credential that came last over a connection. Whoever keeps a connection sends the same one again, and to see
 * that costs a tenth of what hashing it does. Nothing else holds a credential, and this does only while it is in use: it is
 * forgotten a second or two after the connection has become quiet. (How long a comparison takes tells of the beginning that two
 * credentials have in common; it is nanoseconds of a request, and without the rest worth nothing.)
 */
export class LastCredential {
  #context = ''
  #text = ''
  /** Null: it holds none. */
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

  /** Whether it is forgotten: it was not asked for since the last time. */
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

/** Not in a map beside it: what is asked once for each request is to cost nothing. */
const LAST = Symbol('the credential that came last')

interface Carrying {
  [LAST]?: LastCredential
}

export function lastCredentialOf(connection: object): LastCredential {
  const carrying = connection as Carrying
  carrying[LAST] ??= new LastCredential()
  return carrying[LAST]
}

/** Streams of one connection have it in common. */
export function shareLastCredential(stream: object, connection: object): void {
  ;(stream as Carrying)[LAST] = lastCredentialOf(connection)
}
