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
import type { ProviderStatus, Verified } from '../method.ts'
import type { BackChannelAnswer, LogoutTokens } from '../oidc/logout-token.ts'
import type { OidcConfig } from '../oidc/oidc-config.ts'
import type { Provider } from '../oidc/provider.ts'
import { refreshSession } from '../oidc/refresh-session.ts'
import { refuse } from '../refusals.ts'
import { readAuthentication } from '../token/read-authentication.ts'
import { addressBlock } from './address-block.ts'
import { KeptSessions } from './kept-sessions.ts'
import {
  type BegunLogin,
  type FinishedLogin,
  failureOf,
  type LoginFailure,
  type LoginRequest,
  missing,
  wrongState,
} from './login.ts'
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

/** Signing in and out with a browser, and who has. One per process; what all of them must know is in the store. */
export class SignIn {
  readonly #options: SignInOptions
  readonly #kept: KeptSessions
  readonly #copies: SessionCopies

  constructor(options: SignInOptions) {
    this.#options = options
    const { store, idle, monotonic, providers } = options
    this.#kept = new KeptSessions({ ...options, configOf: (identity) => providers.get(identity)?.config })
    this.#copies = new SessionCopies(store, monotonic, Math.min(COPY_TIME, idle / 4))
  }

  get identities(): ReadonlyMap<string, Provider> {
    return this.#options.providers
  }

  status(): readonly ProviderStatus[] {
    return [...this.#options.providers.values()].map((provider) => provider.status())
  }

  /** What lives on the session that is the credential, as records name it. */
  usersOf(credential: string): Set<SessionUser> {
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
    const { store, ring, providers } = this.#options
    const states = answer.searchParams.getAll('state')
    const [state = ''] = states
    if (states.length !== 1 || !isHandle(state)) return wrongState('the address has no `state` that could be one', null)
    try {
      const key = storeKey('login', state)
      // Looked at before it is taken: whoever has only seen a state cannot use it up.
      const sealed = await store.get(key)
      const text = sealed === null ? null : ring.open(sealed, key)
      if (text === null) return wrongState('no login is under way with this `state`: it was used, or took too long', null)
      const pending = JSON.parse(text) as PendingLogin
      if (!providers.has(pending.identity)) return wrongState('the configuration has another way to sign in by now', null)
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
    const { clock, store } = this.#options
    const { identity, origin, host, cookie, stepUp, nonce, verifier, returnTo } = pending
    const provider = this.#provider(identity)
    try {
      const grant = await provider.exchange(answer, { state, nonce, verifier, maxAge: stepUp?.maxAge ?? null })
      const session = this.#kept.make(identity, host, provider.config, grant)
      const { clockSkew } = provider.config
      const short = stepUp === null ? null : missing(session.signed, stepUp, clock() / 1000, clockSkew / 1000)
      if (short !== null) return { ok: false, code: 'step-up-failed', detail: short, cookie }
      const handle = newHandle()
      await this.#kept.put(this.#kept.keyOf(handle, host), session)
      // The browser is somebody else now, or has shown more: what was known before of its session is of no use.
      if (before !== null) await store.end([this.#kept.keyOf(before, host)])
      return { ok: true, handle, location: `${origin}${returnTo}`, cookie, identity, subject: session.subject }
    } catch (error) {
      return failureOf(error, cookie)
    }
  }

  /** Who has the session. */
  async verify(handle: string, host: string): Promise<Verified | ReturnType<typeof refuse>> {
    const { clock } = this.#options
    try {
      const key = this.#kept.keyOf(handle, host)
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
    return (await this.#kept.load(this.#kept.keyOf(handle, host), host))?.session ?? null
  }

  /** Where the browser goes on to sign out at the provider, too; null: nowhere. Rejects with `StoreUnavailable`. */
  async end(handle: string, host: string, origin: string): Promise<string | null> {
    const { store } = this.#options
    const key = this.#kept.keyOf(handle, host)
    const loaded = await this.#kept.load(key, host)
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
    await this.#kept.endOf(this.#provider(identity).config, sid, subject)
    return { ok: true }
  }

  /** The session as it is to count now: refreshed where it is time. */
  async #current(key: string, host: string): Promise<Session | null | 'unavailable'> {
    const { store, clock, monotonic, fetchTimeout, log } = this.#options
    const loaded = await this.#kept.load(key, host)
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
        load: () => this.#kept.load(key, host),
        replace: (before, next) => this.#kept.replace(key, before, next),
      },
      key,
    )
  }

  #provider(identity: string): Provider {
    const provider = this.#options.providers.get(identity)
    if (provider === undefined) throw new Error(`nobody signs in as \`${identity}\``)
    return provider
  }
}

const NOTHING: readonly string[] = Object.freeze([])

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
    // What held it was the proxy's own cookie, which goes to no service anyway.
    consumed: NOTHING,
    holds: () => copy.holds() && (refreshAt === null || clock() < refreshAt),
  }
}
