import { hash } from 'node:crypto'

/** Milliseconds between two looks at which ones are still in use. */
const LOOK = 1000

/** SHA-256, base64url: under which what is known of a credential is kept. */
export function digestOf(text: string): string {
  return hash('sha256', text, 'base64url')
}

/**
 * The digest of the credential that came last over a connection. Whoever keeps a connection sends the same one again, and to see that costs a tenth of what
 * hashing it does. Nothing else holds a credential, and this does only while it is in use: it is forgotten a second or two after the connection has become quiet.
 * (How long a comparison takes tells of the beginning that two credentials have in common; it is nanoseconds of a request, and without the rest worth nothing.)
 */
export class LastCredential {
  #text = ''
  #digest = digestOf('')
  #used = false

  digestOf(text: string): string {
    this.#used = true
    if (text === this.#text) return this.#digest
    this.#digest = digestOf(text)
    this.#text = text
    hold(this)
    return this.#digest
  }

  /** Whether it is forgotten: it was not asked for since the last time. */
  age(): boolean {
    if (this.#used) {
      this.#used = false
      return false
    }
    this.#text = ''
    this.#digest = digestOf('')
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
