import type { Log } from '../../base/log.ts'
import { ProviderRefusal } from '../provider/provider-refusal.ts'
import { type KeyRing, type Owner, type SessionStore, storeKey } from '../sessions/index.ts'
import type { ProviderClient } from './login-provider.ts'
import type { Grant, Session } from './session.ts'

export interface KeptSessionsOptions {
  readonly store: SessionStore
  readonly ring: KeyRing
  /** Milliseconds. */
  readonly idle: number
  readonly lifetime: number
  /** Sessions of one subject. */
  readonly perSubject: number
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly log: Log
  /** Of an identity; undefined: nobody signs in as that. */
  readonly configOf: (identity: string) => ProviderClient | undefined
}

/** Characters of a session's state. Beyond it is no identity, but somebody's directory. */
const MOST_STATE = 48_000

/** With what keys of sessions begin; behind it is the credential. */
export const SESSION = 'session:'

/** A session, as records name it. */
export function sessionId(key: string): string {
  return key.slice(SESSION.length).slice(0, 22)
}

/**
 * Sessions as they are in the store: sealed, and found by the handle and the host that it was given to, or all of a caller's by
 * what the provider calls it.
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

  /** Rejects with `SessionsFull`. */
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

  /** Null: there is none that counts there. */
  async load(key: string, host: string): Promise<{ readonly session: Session; readonly sealed: string } | null> {
    const { store, ring, clock, configOf } = this.#options
    const sealed = await store.get(key)
    const text = sealed === null ? null : ring.open(sealed, key)
    if (sealed === null || text === null) return null
    const session = JSON.parse(text) as Session
    if (session.host !== host || clock() >= session.ends) return null
    const config = configOf(session.identity)
    // The configuration may be another by now.
    return config?.issuer === session.issuer && config.clientId === session.clientId ? { session, sealed } : null
  }

  /** False: it is gone meanwhile, or another. */
  async replace(key: string, before: string, next: Session): Promise<boolean> {
    return await this.#options.store.replace(key, before, this.#seal(key, next))
  }

  /** Those of a session at the provider, or else all of a subject. */
  async endOf(client: Client, sid: string | null, subject: string | null): Promise<void> {
    const { store } = this.#options
    if (sid !== null) await store.endTagged(sidTag(client, sid))
    if (subject === null) return
    // Of some the provider has not said to which of its sessions they belong.
    await store.endTagged(sid === null ? subjectTag(client, subject) : withoutSidTag(client, subject))
  }

  /** Once a minute at most: it happens with every sign-in until sessions end. */
  #logFull(identity: string): void {
    const { clock, log } = this.#options
    const now = clock()
    if (now - this.#loggedAt < 60_000) return
    this.#loggedAt = now
    log.error('the store of sessions is full: new sign-ins are refused, and existing sessions go on', { identity })
  }

  #seal(key: string, session: Session): string {
    const text = JSON.stringify(session)
    if (text.length > MOST_STATE)
      throw new ProviderRefusal(`what the provider says of the caller takes more than ${MOST_STATE} characters`)
    return this.#options.ring.seal(text, key)
  }
}

/** There is no room for another session of that subject. */
export class SessionsFull extends Error {}

type Client = Pick<ProviderClient, 'issuer' | 'clientId'>

/** By which whatever comes of a sign-in is ended when the provider says that somebody has signed out there. */
export function tagsOf(client: Client, subject: string, sid: string | null): readonly string[] {
  return [subjectTag(client, subject), sid === null ? withoutSidTag(client, subject) : sidTag(client, sid)]
}

/** In whose budget it is. */
export function ownerOf(client: Client, subject: string): Owner {
  const { issuer, clientId } = client
  return { identity: storeKey('identity', issuer, clientId), subject: subjectTag(client, subject) }
}

/** When what was granted is over, in milliseconds since 1970; null: the provider does not say. */
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
