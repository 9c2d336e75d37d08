import { StoreUnavailable } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import type { ProviderStatus, Verified } from '../credential.ts'
import type { MethodName } from '../identity-config.ts'
import type { LogoutTokens } from '../methods/oidc/logout-token.ts'
import type { Provider } from '../methods/oidc/provider.ts'
import { refreshSession } from '../methods/oidc/refresh-session.ts'
import type { Sent } from '../methods/saml/logout-request.ts'
import type { SamlProvider } from '../methods/saml/saml-provider.ts'
import { ProviderRefusal } from '../provider/provider-refusal.ts'
import { refuseCredential } from '../refusals.ts'
import type { Revocations } from '../revocation/revocations.ts'
import { type KeyRing, type SessionStore, type StoreStatus, storeKey } from '../sessions/index.ts'
import { KeptSessions, SESSION, sessionId } from './kept-sessions.ts'
import type { BackChannelAnswer, SamlLogoutAnswer, SignedOut } from './login.ts'
import { LoginFlow } from './login-flow.ts'
import type { LoginProvider } from './login-provider.ts'
import type { Session } from './session.ts'
import { SessionCopies, type SessionUser } from './session-copies.ts'
import { SignInProblems } from './sign-in-problems.ts'
import { verifiedBy } from './verified-by.ts'

export interface SignInOptions {
  readonly providers: ReadonlyMap<string, Provider | SamlProvider>
  readonly logoutTokens: LogoutTokens
  readonly store: SessionStore
  /** Keys that encrypt sessions. */
  readonly ring: KeyRing
  /**
   * Keys that encrypt pending logins. They must not outlive the store, because only the store knows which logins are finished.
   */
  readonly loginRing: KeyRing
  /** Milliseconds for which a session may be unused. */
  readonly idle: number
  readonly lifetime: number
  /** Maximum number of sessions of a subject. */
  readonly perSubject: number
  /** Returns the current time in milliseconds since 1970. */
  readonly clock: () => number
  readonly monotonic: () => number
  readonly log: Log
  /** Milliseconds to wait for one response of a provider. */
  readonly fetchTimeout: number
  readonly revocations: Revocations
}

/** Milliseconds after which a copy of a session is read again. Use is noted as often; ends are announced at once. */
const COPY_TIME = 60_000

/** Browser sign-in and its sessions. Each process has one instance; shared state is in the store. */
export class SignIn {
  readonly #options: SignInOptions
  readonly #kept: KeptSessions
  readonly #copies: SessionCopies
  readonly logins: LoginFlow
  readonly problems: SignInProblems

  constructor(options: SignInOptions) {
    this.#options = options
    this.problems = new SignInProblems(options.log, options.monotonic)
    const { store, idle, monotonic, providers } = options
    this.#kept = new KeptSessions({ ...options, configOf: (identity) => providers.get(identity)?.config })
    this.logins = new LoginFlow({ ...options, ring: options.loginRing, kept: this.#kept, problems: this.problems })
    this.#copies = new SessionCopies(store, monotonic, Math.min(COPY_TIME, idle / 4))
  }

  get identities(): ReadonlyMap<string, LoginProvider> {
    return this.#options.providers
  }

  status(method: MethodName): readonly ProviderStatus[] {
    return [...this.#options.providers.values()].filter((one) => one.method === method).map((provider) => provider.status())
  }

  /** Returns the set of long-lived requests that depend on a session. `credential` is the digest of the session's credential. */
  usersOf(credential: string): Set<SessionUser> {
    return this.#copies.usersOf(SESSION + credential)
  }

  /** Returns the state of the session store. Resolves to one that is unavailable if the supervisor does not respond. */
  async storeStatus(): Promise<StoreStatus> {
    return await this.#options.store.status(SESSION)
  }

  async close(): Promise<void> {
    this.#copies.close()
    await this.#options.store.close()
  }

  async verify(handle: string, host: string): Promise<Verified | ReturnType<typeof refuseCredential>> {
    const { clock } = this.#options
    try {
      const key = this.#kept.keyOf(handle, host)
      // Opened before the read, so that an end in between is noticed.
      const copy = this.#copies.open(key)
      const session = await this.#current(key, host)
      if (session === 'unavailable') return refuseCredential('identity-provider-unavailable')
      if (session === null) {
        // Made-up handles must not displace others.
        this.#copies.forget(key)
        return refuseCredential('session')
      }
      return verifiedBy(session, copy, this.#provider(session.identity), clock)
    } catch (error) {
      if (error instanceof StoreUnavailable) return refuseCredential('session-store-unavailable')
      throw error
    }
  }

  /**
   * Returns the access token that the provider issued for a session, or `null` if there is no valid session or no token.
   *
   * @throws StoreUnavailable if the store does not respond
   */
  async accessToken(handle: string, host: string): Promise<string | null> {
    const session = await this.#current(this.#kept.keyOf(handle, host), host)
    if (session === null || session === 'unavailable') return null
    // A session from before tokens were kept has none until its refresh.
    return session.accessToken ?? null
  }

  /** Adds a listener that receives the digest of each session's credential when the session ends, in any process. */
  onEnd(listener: (credential: string) => void): void {
    this.#options.store.onEnd((keys) => {
      for (const key of keys) if (key.startsWith(SESSION)) listener(key.slice(SESSION.length))
    })
  }

  /**
   * Returns the session with a handle, or `null` if there is no valid one at the host. Does not refresh the session.
   *
   * @throws StoreUnavailable if the store does not respond
   */
  async look(handle: string, host: string): Promise<(Session & { readonly id: string }) | null> {
    const key = this.#kept.keyOf(handle, host)
    const loaded = await this.#kept.load(key, host)
    return loaded === null || this.#isRevoked(key, loaded.session) ? null : { ...loaded.session, id: sessionId(key) }
  }

  /**
   * Ends a session when the person signs out. `ended` is the caller, or `null` if there was no session. `location` is the
   * provider's logout URL for the browser, or `null` if there is none.
   *
   * @throws StoreUnavailable if the store does not respond
   */
  async end(
    handle: string,
    host: string,
    origin: string,
  ): Promise<{ readonly ended: SignedOut | null; readonly location: string | null }> {
    const { store } = this.#options
    const key = this.#kept.keyOf(handle, host)
    const loaded = await this.#kept.load(key, host)
    await store.end([key])
    if (loaded === null) return { ended: null, location: null }
    const { identity, subject } = loaded.session
    const location = await this.#provider(identity).signOutUrl(loaded.session, origin)
    return { ended: { identity, subject, session: sessionId(key) }, location }
  }

  /**
   * Handles a SAML logout request that a browser brings, and ends the sessions it names. `location` of the result is the URL to
   * which the browser takes the response, or `null` if none is sent.
   *
   * @throws StoreUnavailable if the store does not respond
   */
  async samlLogout(sent: Sent, relayState: string, origin: string): Promise<SamlLogoutAnswer> {
    try {
      const all = [...this.#options.providers].flatMap(([identity, one]) =>
        one.method === 'saml' ? [{ identity, provider: one }] : [],
      )
      const issuer = all[0]?.provider.issuerIn(sent)
      const claimed = all.filter(({ provider }) => provider.config.issuer === issuer)
      const ended: SignedOut[] = []
      let location: string | null = null
      if (claimed.length === 0) return { ok: false, detail: 'no identity of the configuration has its `Issuer`' }
      for (const { identity, provider } of claimed) {
        const request = await provider.checkLogout(sent, origin)
        const known = storeKey('logout request', provider.config.issuer, provider.config.clientId, request.id)
        const { subject, sids } = request
        const isNew = await this.#obey(known, request.until, async () => {
          for (const sid of sids.length === 0 ? [null] : sids) await this.#kept.endOf(provider.config, sid, subject)
        })
        if (!isNew) return { ok: false, detail: 'it was used before' }
        ended.push({ identity, subject, session: null })
        location ??= await provider.logoutAnswerUrl(request, relayState, origin)
      }
      return { ok: true, ended, location }
    } catch (error) {
      if (error instanceof ProviderRefusal) return { ok: false, detail: error.message }
      throw error
    }
  }

  /** Returns the SAML metadata that describe the proxy as a service provider, or `null` if the identity does not use SAML. */
  describe(identity: string, origin: string): string | null {
    const provider = this.#options.providers.get(identity)
    return provider?.method === 'saml' ? provider.describe(identity, origin) : null
  }

  /**
   * Handles a logout token from a provider (OpenID Connect Back-Channel Logout 1.0).
   *
   * @throws StoreUnavailable if the store does not respond
   */
  async backChannel(token: string): Promise<BackChannelAnswer> {
    const checked = await this.#options.logoutTokens.check(token)
    if (!checked.ok) return checked
    const { identity, sid, subject, jti, until } = checked
    const isNew = await this.#obey(storeKey('jti', identity, jti), until, () =>
      this.#kept.endOf(this.#provider(identity).config, sid, subject),
    )
    return isNew
      ? { ok: true, ended: { identity, subject, session: null } }
      : { ok: false, detail: 'the logout token was used before' }
  }

  /** Runs once per key. Marked after success: a failure is retried on redelivery, and concurrent runs do no harm. */
  async #obey(key: string, until: number, end: () => Promise<void>): Promise<boolean> {
    const { store } = this.#options
    if ((await store.get(key)) !== null) return false
    await end()
    await store.put(key, '1', { until })
    return true
  }

  async #current(key: string, host: string): Promise<Session | null | 'unavailable'> {
    const { store, clock, monotonic, fetchTimeout, log } = this.#options
    const loaded = await this.#kept.load(key, host)
    if (loaded === null) return null
    const { session } = loaded
    // No refresh for a revoked session.
    if (this.#isRevoked(key, session)) return null
    const provider = this.#provider(session.identity)
    if (session.refreshAt === null || clock() < session.refreshAt || provider.method !== 'oidc') return session
    return await refreshSession(
      {
        store,
        clock,
        monotonic,
        fetchTimeout,
        log,
        provider,
        load: () => this.#kept.load(key, host),
        replace: (before, next) => this.#kept.replace(key, before, next),
      },
      key,
    )
  }

  #isRevoked(key: string, { identity, subject, signed, told, started }: Session): boolean {
    const { clock, revocations } = this.#options
    const { method } = this.#provider(identity)
    const named = { identity, subject, method, credentialId: sessionId(key), issued: started / 1000 }
    return revocations.revokes({ ...named, claims: { ...told, ...signed } }, clock())
  }

  #provider(identity: string): Provider | SamlProvider {
    const provider = this.#options.providers.get(identity)
    if (provider === undefined) throw new Error(`no sign-in is configured for the identity \`${identity}\``)
    return provider
  }
}
