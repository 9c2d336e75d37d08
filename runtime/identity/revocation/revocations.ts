import type { Change, Revocation, Standing } from './revocation.ts'

/** Properties of a caller or certificate from which it follows whether a revocation applies. */
export interface Revocable {
  readonly identity: string
  readonly subject: string | null
  /** ID of the credential in records, or `null` if it has none. */
  readonly credentialId: string | null
  /** Name of the authentication method. */
  readonly method: string
  /** Time at which the credential was issued or became valid, in seconds since 1970. */
  readonly issued: number
  readonly claims: Readonly<Record<string, unknown>>
}

/** Milliseconds for which long-lived requests continue while changes are not received. */
const DEAF = 60_000

/**
 * A process's copy of all revocations. `generation` changes with the copy. A request compares it with the generation at its last
 * check to find out whether there are new revocations. While changes are not being received, `generation` is −1, a value that
 * callers never store.
 */
export class Revocations {
  generation = 0
  readonly #byId = new Map<string, Revocation>()
  readonly #about = new Map<string, Revocation[]>()
  readonly #listeners = new Set<() => void>()
  readonly #deafness: number
  #last = 0
  #hears = true
  #endsAll = false
  #timer: NodeJS.Timeout | null = null

  constructor(deafness: number = DEAF) {
    this.#deafness = deafness
  }

  /** Whether the process receives changes of the list at present. If not, it cannot tell whether any caller is still valid. */
  get hears(): boolean {
    return this.#hears
  }

  get size(): number {
    return this.#byId.size
  }

  /** Whether it is known that no credential is revoked: the list is empty, and changes are being received. */
  get allCount(): boolean {
    return this.#byId.size === 0 && this.#hears
  }

  /**
   * Adds a listener, which is called after each change of the revocations. Long-lived requests then check their callers again.
   */
  onChange(listener: () => void): void {
    this.#listeners.add(listener)
  }

  reset({ list, hears }: Standing): void {
    this.#byId.clear()
    this.#about.clear()
    for (const revocation of list) this.#add(revocation)
    this.#setHears(hears)
    this.#changed()
  }

  apply({ added, removed }: Change): void {
    for (const id of removed) this.#remove(id)
    for (const revocation of added) this.#add(revocation)
    this.#changed()
  }

  setHears(hears: boolean): void {
    if (hears === this.#hears) return
    this.#setHears(hears)
    this.#changed()
  }

  /**
   * Returns whether a revocation applies to a caller.
   *
   * @param now milliseconds since 1970
   */
  revokes(caller: Revocable, now: number): boolean {
    if (this.#byId.size === 0) return false
    const { identity, subject, credentialId, issued, claims } = caller
    const at = issued * 1000
    if (this.#names(identityKey(identity), at, now)) return true
    if (subject !== null && this.#names(subjectKey(identity, subject), at, now)) return true
    if (credentialId !== null && this.#names(credentialKey(credentialId), at, now)) return true
    const { sid } = claims
    if (typeof sid === 'string') return this.#names(sidKey(identity, sid), at, now)
    return subject !== null && this.#names(withoutSidKey(identity, subject), at, now)
  }

  /** Returns whether requests of a caller must end: the caller is revoked, or changes have not been received for too long. */
  ends(caller: Revocable, now: number): boolean {
    return this.#endsAll || this.revokes(caller, now)
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  #names(key: string, at: number, now: number): boolean {
    const all = this.#about.get(key)
    return all?.some(({ before, until }) => now < until && (before === null || at <= before)) ?? false
  }

  #add(revocation: Revocation): void {
    this.#remove(revocation.id)
    this.#byId.set(revocation.id, revocation)
    for (const key of keysOf(revocation)) this.#about.set(key, [...(this.#about.get(key) ?? []), revocation])
  }

  #remove(id: string): void {
    const revocation = this.#byId.get(id)
    if (revocation === undefined) return
    this.#byId.delete(id)
    for (const key of keysOf(revocation)) {
      const left = (this.#about.get(key) ?? []).filter((one) => one !== revocation)
      if (left.length === 0) this.#about.delete(key)
      else this.#about.set(key, left)
    }
  }

  #setHears(hears: boolean): void {
    this.#hears = hears
    this.#endsAll = false
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    if (hears) return
    this.#timer = setTimeout(() => {
      this.#endsAll = true
      this.#tell()
    }, this.#deafness).unref()
  }

  #changed(): void {
    this.#last++
    this.generation = this.#hears ? this.#last : -1
    this.#tell()
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}

function keysOf({ what }: Revocation): readonly string[] {
  switch (what.kind) {
    case 'subject':
      return [subjectKey(what.identity, what.subject)]
    // No session has another credential's ID, so confusing the two has the intended effect.
    case 'session':
    case 'credential':
      return [credentialKey(what.id)]
    case 'identity':
      return [identityKey(what.identity)]
    case 'provider-session': {
      const { identity, sid, subject } = what
      return [sidKey(identity, sid), ...(subject === null ? [] : [withoutSidKey(identity, subject)])]
    }
  }
}

/** Keys of the index. Names of identities hold no line break. */
const identityKey = (identity: string) => `i${identity}`
const subjectKey = (identity: string, subject: string) => `u${identity}\n${subject}`
const sidKey = (identity: string, sid: string) => `s${identity}\n${sid}`
const withoutSidKey = (identity: string, subject: string) => `w${identity}\n${subject}`
const credentialKey = (id: string) => `c${id}`
