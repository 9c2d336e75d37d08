import type { Log } from '../../base/log.ts'
import { ProviderRefusal } from '../provider/provider-refusal.ts'
import { type KeyRing, type Owner, type SessionStore, storeKey } from '../sessions/index.ts'
import type { ProviderClient } from './login-provider.ts'
import type { Grant, Session } from './session.ts'

export interface KeptSessionsOptions {
  readonly store: SessionStore
  readonly ring: KeyRing
  /** Milliseconds for which a session may be unused. */
  readonly idle: number
  readonly lifetime: number
  readonly perSubject: number
  /** Returns the current time in milliseconds since 1970. */
  readonly clock: () => number
  readonly log: Log
  /** Returns the provider and client of an identity, or `undefined` if it has no browser sign-in. */
  readonly configOf: (identity: string) => ProviderClient | undefined
}

/** Maximum length of a session's state in characters. A longer one holds a directory rather than an identity. */
const MOST_STATE = 48_000

/** Prefix of the store keys of sessions, followed by the credential's digest. */
export const SESSION = 'session:'

export function sessionId(key: string): string {
  return key.slice(SESSION.length).slice(0, 22)
}

/**
 * Access to the encrypted sessions in the store. A session is found by its handle and host. All sessions of a caller are found by
 * the provider's `sid` and subject.
 */
export class KeptSessions {
  readonly #options: KeptSessionsOptions
  #loggedAt = Number.NEGATIVE_INFINITY

  constructor(options: KeptSessionsOptions) {
    this.#options = options
  }

  keyOf(handle: string, host: string): string {
    return storeKey('session', host, handle)
  }

  make(identity: string, host: string, { issuer, clientId }: ProviderClient, grant: Grant): Session {
    const { clock, lifetime } = this.#options
    const { subject, signed, told, sid, refreshToken, accessToken } = grant
    const now = clock()
    const granted = refreshToken === null ? null : endOf(grant, now)
    return {
      ...{ identity, issuer, clientId, host, subject, sid, signed, told, refreshToken, accessToken, granted },
      signOut: grant.signOut ?? '',
      started: now,
      ends: Math.min(now + lifetime, grant.ends ?? Number.POSITIVE_INFINITY),
      refreshAt: granted,
    }
  }

  /**
   * Encrypts and stores a new session.
   *
   * @throws SessionsFull if there is no space for another session of the subject
   */
  async put(key: string, session: Session): Promise<void> {
    const { idle, store, perSubject } = this.#options
    const { subject, sid, ends } = session
    const owner = ownerOf(session, subject)
    const life = {
      until: ends,
      idle,
      tags: tagsOf(session, subject, sid),
      groups: [{ name: `sessions of ${owner.subject}`, most: perSubject }],
      owner,
    }
    if (await store.put(key, this.#seal(key, session), life)) return
    this.#logFull(session.identity)
    throw new SessionsFull()
  }

  async load(key: string, host: string): Promise<{ readonly session: Session; readonly sealed: string } | null> {
    const { store, ring, clock, configOf } = this.#options
    const sealed = await store.get(key)
    const text = sealed === null ? null : ring.open(sealed, key)
    if (sealed === null || text === null) return null
    const session = JSON.parse(text) as Session
    if (session.host !== host || clock() >= session.ends) return null
    const config = configOf(session.identity)
    // The configuration may have changed.
    return config?.issuer === session.issuer && config.clientId === session.clientId ? { session, sealed } : null
  }

  /** Replaces a stored session. `before` is its encrypted text. Returns false if it was removed or replaced in the meantime. */
  async replace(key: string, before: string, next: Session): Promise<boolean> {
    return await this.#options.store.replace(key, before, this.#seal(key, next))
  }

  /**
   * Ends sessions after a logout at the provider. If `sid` is `null`, ends all sessions of the subject. Otherwise ends the
   * sessions of the provider's session `sid`, and those sessions of the subject that have no `sid`.
   */
  async endOf(client: Client, sid: string | null, subject: string | null): Promise<void> {
    const { store } = this.#options
    if (sid !== null) await store.endTagged(sidTag(client, sid))
    if (subject === null) return
    // For some sign-ins the provider did not name its session.
    await store.endTagged(sid === null ? subjectTag(client, subject) : withoutSidTag(client, subject))
  }

  /** Once a minute at most, as every sign-in would log it until sessions end. */
  #logFull(identity: string): void {
    const { clock, log } = this.#options
    const now = clock()
    if (now - this.#loggedAt < 60_000) return
    this.#loggedAt = now
    log.error('the session store is full: new sign-ins are refused, and existing sessions continue', { identity })
  }

  #seal(key: string, session: Session): string {
    const text = JSON.stringify(session)
    if (text.length > MOST_STATE)
      throw new ProviderRefusal(`the claims of the caller take more than ${MOST_STATE} characters: let the provider send fewer`)
    return this.#options.ring.seal(text, key)
  }
}

/** Error for a store without space for another session of the subject. */
export class SessionsFull extends Error {}

type Client = Pick<ProviderClient, 'issuer' | 'clientId'>

/**
 * Returns the tags under which the store holds entries of a sign-in. When the person signs out at the provider, ending a tag ends
 * all these entries.
 */
export function tagsOf(client: Client, subject: string, sid: string | null): readonly string[] {
  return [subjectTag(client, subject), sid === null ? withoutSidTag(client, subject) : sidTag(client, sid)]
}

export function ownerOf(client: Client, subject: string): Owner {
  const { issuer, clientId } = client
  return { identity: storeKey('identity', issuer, clientId), subject: subjectTag(client, subject) }
}

/**
 * Returns the time at which the tokens of a grant expire, in milliseconds since 1970, or `null` if the provider does not specify
 * it.
 */
export function endOf({ expiresIn }: Grant, now: number): number | null {
  return expiresIn === null ? null : now + expiresIn * 1000
}

function subjectTag({ issuer, clientId }: Client, subject: string): string {
  return storeKey('subject', issuer, clientId, subject)
}

function withoutSidTag({ issuer, clientId }: Client, subject: string): string {
  return storeKey('subject without sid', issuer, clientId, subject)
}

function sidTag({ issuer, clientId }: Client, sid: string): string {
  return storeKey('sid', issuer, clientId, sid)
}
