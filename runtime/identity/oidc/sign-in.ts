import { createHash } from 'node:crypto'
import type { Log } from '../../log.ts'
import {
  digestOf,
  isHandle,
  type KeyRing,
  newHandle,
  type SessionStore,
  StoreUnavailable,
  storeKey,
} from '../../sessions/index.ts'
import { ProviderProblem } from '../jwt/fetch-json.ts'
import { readAuthentication } from '../jwt/read-authentication.ts'
import type { ProviderStatus, Verified } from '../method.ts'
import { refuse } from '../refusals.ts'
import { addressBlock } from './address-block.ts'
import type { BackChannelAnswer, LogoutTokens } from './logout-token.ts'
import type { OidcConfig } from './oidc-config.ts'
import type { Grant, Provider } from './provider.ts'
import { ProviderRefusal } from './provider-refusal.ts'
import { refreshSession } from './refresh-session.ts'
import { returnPath } from './return-path.ts'
import type { PendingLogin, Session } from './session.ts'
import { type Copy, SessionCopies, type SessionUser } from './session-copies.ts'

export interface SignInOptions {
  readonly providers: ReadonlyMap<string, Provider>
  readonly logoutTokens: LogoutTokens
  readonly store: SessionStore
  readonly ring: KeyRing
  /** Milliseconds. */
  readonly idle: number
  readonly lifetime: number
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly monotonic: () => number
  readonly log: Log
  /** Milliseconds that one answer of a provider may take. */
  readonly fetchTimeout: number
}

export const CALLBACK_PATH = '/.iap/callback'
export const SIGNED_OUT_PATH = '/.iap/signed-out'

/** Milliseconds that a person has to sign in. */
export const LOGIN_TIME = 600_000
/** Logins that are under way, of one address and of all. */
const MOST_LOGINS = { address: 100, all: 20_000 }
/** Milliseconds for which a copy of a session counts without another look at the store: its use is noted that often, and its end is told besides. */
const COPY_TIME = 60_000
/** Characters of a session's state. Beyond it is no identity, but somebody's directory. */
const MOST_STATE = 48_000

export interface BegunLogin {
  readonly location: string
  /** What shows later that it is the same browser: behind the cookie's name, and its value. */
  readonly cookie: { readonly name: string; readonly value: string }
}

export interface LoginRequest {
  readonly identity: string
  /** Where the browser is: `https://app.example`. */
  readonly origin: string
  /** As requests have it. */
  readonly host: string
  /** A path of that origin. */
  readonly returnTo: string
  /** The client's address. */
  readonly source: string
  readonly stepUp: PendingLogin['stepUp']
}

/** Why a login cannot begin or end. `login-state`: nobody here has begun it. */
export type LoginFailure = {
  readonly ok: false
  readonly code: 'login-state' | 'login-refused' | 'login-unavailable' | 'step-up-failed'
  readonly detail: string
  /** Of the cookie that is of no use any more. */
  readonly cookie: string | null
}

export type FinishedLogin =
  | {
      readonly ok: true
      readonly handle: string
      /** Where it goes on, a whole address of the same origin. */
      readonly location: string
      readonly cookie: string
      readonly identity: string
      readonly subject: string
    }
  | LoginFailure

/** Signing in and out with a browser, and who has. One per process; what all of them must know is in the store. */
export class SignIn {
  readonly #options: SignInOptions
  readonly #copies: SessionCopies

  constructor(options: SignInOptions) {
    this.#options = options
    const { store, idle, monotonic } = options
    this.#copies = new SessionCopies(store, monotonic, Math.min(COPY_TIME, idle / 4))
  }

  get identities(): ReadonlyMap<string, Provider> {
    return this.#options.providers
  }

  status(): readonly ProviderStatus[] {
    return [...this.#options.providers.values()].map((provider) => provider.status())
  }

  /** What lives on the session of that credential (as records name it); null: it is no session's. */
  usersOf(credential: string): Set<SessionUser> | null {
    return this.#copies.usersOf(`session:${credential}`)
  }

  async close(): Promise<void> {
    this.#copies.close()
    await this.#options.store.close()
  }

  async begin({
    identity,
    origin,
    host,
    returnTo,
    source,
    stepUp,
  }: LoginRequest): Promise<({ readonly ok: true } & BegunLogin) | LoginFailure> {
    const { store, ring, clock } = this.#options
    const state = newHandle()
    const binding = newHandle()
    const pending: PendingLogin = {
      identity,
      origin,
      host,
      returnTo: returnPath(returnTo, origin) ?? '/',
      nonce: newHandle(),
      verifier: newHandle(),
      binding: digestOf(binding),
      cookie: `${Math.floor(clock() / 1000).toString(36)}-${digestOf(state).slice(0, 10)}`,
      stepUp,
    }
    try {
      const location = await this.#provider(identity).authorizationUrl({
        redirectUri: `${origin}${CALLBACK_PATH}`,
        state,
        nonce: pending.nonce,
        challenge: createHash('sha256').update(pending.verifier).digest('base64url'),
        maxAge: stepUp?.maxAge ?? null,
        acr: stepUp?.acr ?? [],
      })
      const key = storeKey('login', state)
      await store.put(key, ring.seal(JSON.stringify(pending), key), {
        until: clock() + LOGIN_TIME,
        groups: [
          { name: `logins of ${addressBlock(source)}`, most: MOST_LOGINS.address },
          { name: 'logins', most: MOST_LOGINS.all },
        ],
      })
      return { ok: true, location, cookie: { name: pending.cookie, value: binding } }
    } catch (error) {
      return failureOf(error, null)
    }
  }

  /**
   * @param answer the whole address at which the browser came back
   * @param bindingOf the value of the login's cookie, by what is behind its name
   * @param before the session that it has already
   */
  async finish(answer: URL, bindingOf: (cookie: string) => string | null, before: string | null): Promise<FinishedLogin> {
    const { store } = this.#options
    const states = answer.searchParams.getAll('state')
    const [state = ''] = states
    if (states.length !== 1 || !isHandle(state)) return wrongState('the address has no `state` that could be one', null)
    try {
      const key = storeKey('login', state)
      // Looked at before it is taken: whoever has only seen a state cannot use it up.
      const pending = this.#open<PendingLogin>(await store.get(key), key)
      if (pending === null) return wrongState('no login is under way with this `state`: it was used, or took too long', null)
      const { origin, cookie, binding } = pending
      const shown = bindingOf(cookie)
      if (origin !== answer.origin || shown === null || digestOf(shown) !== binding)
        return wrongState('another browser has begun the login with this `state`', null)
      if ((await store.take(key)) === null) return wrongState('the login with this `state` has just been finished', cookie)
      return await this.#finish(answer, state, pending, before)
    } catch (error) {
      return failureOf(error, null)
    }
  }

  async #finish(answer: URL, state: string, pending: PendingLogin, before: string | null): Promise<FinishedLogin> {
    const { clock, store, lifetime } = this.#options
    const { identity, origin, host, cookie, stepUp, nonce, verifier, returnTo } = pending
    const provider = this.#provider(identity)
    try {
      const grant = await provider.exchange(answer, { state, nonce, verifier, maxAge: stepUp?.maxAge ?? null })
      const now = clock()
      const session: Session = {
        identity,
        ...ofConfig(provider.config),
        host,
        ...ofGrant(grant, now),
        idToken: grant.idToken ?? '',
        sid: typeof grant.signed.sid === 'string' ? grant.signed.sid : null,
        started: now,
        ends: now + lifetime,
      }
      const short = stepUp === null ? null : missing(session.signed, stepUp, now / 1000, provider.config.clockSkew / 1000)
      if (short !== null) return { ok: false, code: 'step-up-failed', detail: short, cookie }
      const handle = newHandle()
      await this.#put(sessionKey(handle, host), session)
      // The browser is somebody else now, or has shown more: what was known before of its session is of no use.
      if (before !== null) await store.end([sessionKey(before, host)])
      return { ok: true, handle, location: `${origin}${returnTo}`, cookie, identity, subject: session.subject }
    } catch (error) {
      return failureOf(error, cookie)
    }
  }

  /** Who has the session. */
  async verify(handle: string, host: string): Promise<Verified | ReturnType<typeof refuse>> {
    const { clock } = this.#options
    try {
      const key = sessionKey(handle, host)
      // Before it is read: what ends meanwhile is heard of.
      const copy = this.#copies.open(key)
      const session = await this.#current(key, host)
      if (session === 'unavailable') return refuse('identity-provider-unavailable')
      if (session === null) {
        // Handles that somebody makes up must not take the place of others.
        this.#copies.forget(key)
        return refuse('session')
      }
      return verifiedBy(session, copy, this.#provider(session.identity).config, clock)
    } catch (error) {
      if (error instanceof StoreUnavailable) return refuse('session-store-unavailable')
      throw error
    }
  }

  /** The session itself, for the page that tells of it. Rejects with `StoreUnavailable`. */
  async look(handle: string, host: string): Promise<Session | null> {
    return (await this.#load(sessionKey(handle, host), host))?.session ?? null
  }

  /** Where the browser goes on to sign out at the provider, too; null: nowhere. Rejects with `StoreUnavailable`. */
  async end(handle: string, host: string, origin: string): Promise<string | null> {
    const { store } = this.#options
    const key = sessionKey(handle, host)
    const loaded = await this.#load(key, host)
    await store.end([key])
    if (loaded === null) return null
    const { identity, idToken } = loaded.session
    return await this.#provider(identity).endSessionUrl(idToken, `${origin}${SIGNED_OUT_PATH}`)
  }

  /** OpenID Connect Back-Channel Logout 1.0. Rejects with `StoreUnavailable`. */
  async backChannel(token: string): Promise<BackChannelAnswer> {
    const { store, logoutTokens } = this.#options
    const checked = await logoutTokens.check(token)
    if (!checked.ok) return checked
    const { identity, sid, subject, jti, until } = checked
    if (!(await store.add(storeKey('jti', identity, jti), '1', Math.max(1, until - this.#options.clock()))))
      return { ok: false, detail: 'the logout token was used before' }
    const { config } = this.#provider(identity)
    if (sid === null) await store.endTagged(subjectTag(config, subject ?? ''))
    else await store.endTagged(sidTag(config, sid))
    // Those of which the provider has not said to which of its sessions they belong.
    if (sid !== null && subject !== null) await store.endTagged(withoutSidTag(config, subject))
    return { ok: true }
  }

  /** The session as it is to count now: refreshed where it is time. */
  async #current(key: string, host: string): Promise<Session | null | 'unavailable'> {
    const { store, clock, monotonic, fetchTimeout, log } = this.#options
    const loaded = await this.#load(key, host)
    if (loaded === null) return null
    const { session } = loaded
    if (session.refreshAt === null || clock() < session.refreshAt) return session
    return await refreshSession(
      {
        store,
        clock,
        monotonic,
        fetchTimeout,
        log,
        provider: this.#provider(session.identity),
        load: () => this.#load(key, host),
        replace: (before, next) => store.replace(key, before, this.#seal(key, next)),
      },
      key,
    )
  }

  async #load(key: string, host: string): Promise<{ readonly session: Session; readonly sealed: string } | null> {
    const { store, providers, clock } = this.#options
    const sealed = await store.get(key)
    const session = this.#open<Session>(sealed, key)
    if (sealed === null || session === null || session.host !== host || clock() >= session.ends) return null
    const config = providers.get(session.identity)?.config
    // The configuration may be another by now.
    if (config?.issuer !== session.issuer || config.clientId !== session.clientId) return null
    return { session, sealed }
  }

  async #put(key: string, session: Session): Promise<void> {
    const { idle, store } = this.#options
    const { config } = this.#provider(session.identity)
    const { subject, sid } = session
    const tags = [subjectTag(config, subject), sid === null ? withoutSidTag(config, subject) : sidTag(config, sid)]
    await store.put(key, this.#seal(key, session), { until: session.ends, idle, tags })
  }

  #seal(key: string, session: Session): string {
    const text = JSON.stringify(session)
    if (text.length > MOST_STATE)
      throw new ProviderRefusal(`what the provider says of the caller takes more than ${MOST_STATE} characters`)
    return this.#options.ring.seal(text, key)
  }

  #open<T>(sealed: string | null, key: string): T | null {
    const text = sealed === null ? null : this.#options.ring.open(sealed, key)
    return text === null ? null : (JSON.parse(text) as T)
  }

  #provider(identity: string): Provider {
    const provider = this.#options.providers.get(identity)
    if (provider === undefined) throw new Error(`nobody signs in as \`${identity}\``)
    return provider
  }
}

function sessionKey(handle: string, host: string): string {
  return storeKey('session', host, handle)
}

function subjectTag({ issuer, clientId }: OidcConfig, subject: string): string {
  return storeKey('subject', issuer, clientId, subject)
}

function withoutSidTag({ issuer, clientId }: OidcConfig, subject: string): string {
  return storeKey('subject without sid', issuer, clientId, subject)
}

function sidTag({ issuer, clientId }: OidcConfig, sid: string): string {
  return storeKey('sid', issuer, clientId, sid)
}

function ofConfig({ issuer, clientId }: OidcConfig): Pick<Session, 'issuer' | 'clientId'> {
  return { issuer, clientId }
}

/** What a grant says of how long it is good for; without a refresh token it says nothing, as the session's own end is all there is. */
function ofGrant(
  { subject, signed, told, refreshToken, expiresIn }: Grant,
  now: number,
): Pick<Session, 'subject' | 'signed' | 'told' | 'refreshToken' | 'refreshAt' | 'granted'> {
  const granted = refreshToken === null || expiresIn === null ? null : now + expiresIn * 1000
  return { subject, signed, told, refreshToken, refreshAt: granted, granted }
}

/** Null: the provider has done what it was asked for. Else what is missing: asking again would ask for ever. */
function missing(
  claims: Session['signed'],
  { maxAge, acr }: NonNullable<PendingLogin['stepUp']>,
  now: number,
  skew: number,
): string | null {
  const { time, acr: shown, mfa } = readAuthentication(claims, now, skew)
  if (maxAge !== null && time === null) return 'the provider does not say when the person signed in (`auth_time`)'
  if (maxAge !== null && now - skew - Number((time ?? 0n) / 1_000_000_000n) > maxAge)
    return 'the provider did not let the person sign in again'
  if (acr.length > 0 && !(acr.includes('mfa') && mfa) && (shown === null || !acr.includes(shown)))
    return 'the provider does not say that the person signed in as was asked for (`acr`, `amr`)'
  return null
}

function verifiedBy(session: Session, copy: Copy, { clockSkew }: OidcConfig, clock: () => number): Verified {
  const { identity, subject, signed, told, started, ends, refreshAt } = session
  // What is signed counts before what is only told.
  const claims = { ...told, ...signed }
  const seconds = clock() / 1000
  return {
    identity,
    subject,
    claims,
    auth: readAuthentication(signed, seconds, clockSkew / 1000),
    // A clock that is set back does not undo a login.
    from: Math.min(seconds, started / 1000),
    until: ends / 1000,
    size: JSON.stringify(claims).length,
    holds: () => copy.holds() && (refreshAt === null || clock() < refreshAt),
  }
}

function wrongState(detail: string, cookie: string | null): LoginFailure {
  return { ok: false, code: 'login-state', detail, cookie }
}

function failureOf(error: unknown, cookie: string | null): LoginFailure {
  if (error instanceof ProviderRefusal) return { ok: false, code: 'login-refused', detail: error.message, cookie }
  if (error instanceof ProviderProblem) return { ok: false, code: 'login-unavailable', detail: error.message, cookie }
  if (error instanceof StoreUnavailable)
    return { ok: false, code: 'login-unavailable', detail: 'the store of sessions cannot be asked', cookie }
  throw error
}
