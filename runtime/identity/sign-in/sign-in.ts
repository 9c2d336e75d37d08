import type { Log } from '../../log.ts'
import type { Revocations } from '../../revocation/revocations.ts'
import {
  digestOf,
  isHandle,
  type KeyRing,
  newHandle,
  type SessionStore,
  StoreUnavailable,
  storeKey,
} from '../../sessions/index.ts'
import type { MethodName } from '../identity-config.ts'
import type { ProviderStatus, Verified } from '../method.ts'
import type { LogoutTokens } from '../oidc/logout-token.ts'
import type { Provider } from '../oidc/provider.ts'
import { refreshSession } from '../oidc/refresh-session.ts'
import { ProviderRefusal } from '../provider/provider-refusal.ts'
import { refuse } from '../refusals.ts'
import type { Sent } from '../saml/logout-request.ts'
import type { SamlProvider } from '../saml/saml-provider.ts'
import type { Grant } from './grant.ts'
import { KeptSessions } from './kept-sessions.ts'
import {
  type BackChannelAnswer,
  type BegunLogin,
  type ClaimsCheck,
  type FinishedLogin,
  failureOf,
  type LoginFailure,
  type LoginRequest,
  missing,
  type SamlLogoutAnswer,
  type SignedOut,
  wrongState,
} from './login.ts'
import type { LoginProvider } from './login-provider.ts'
import { type LoginKind, LoginsUnderWay, type UnderWay } from './logins-under-way.ts'
import { RECEIVED_PATH } from './paths.ts'
import { returnPath } from './return-path.ts'
import type { PendingLogin, Session } from './session.ts'
import { SessionCopies, type SessionUser } from './session-copies.ts'
import { SignInProblems } from './sign-in-problems.ts'
import { saidBy, verifiedBy } from './verified-by.ts'

export interface SignInOptions {
  readonly providers: ReadonlyMap<string, Provider | SamlProvider>
  readonly logoutTokens: LogoutTokens
  readonly store: SessionStore
  readonly ring: KeyRing
  /** Milliseconds. */
  readonly idle: number
  readonly lifetime: number
  /** Sessions that one subject may have at a time. */
  readonly perSubject: number
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly monotonic: () => number
  readonly log: Log
  /** Milliseconds that one answer of a provider may take. */
  readonly fetchTimeout: number
  readonly revocations: Revocations
}

/** Milliseconds for which a copy of a session counts without another look at the store: its use is noted that often, and its end is told besides. */
const COPY_TIME = 60_000

/** Signing in and out with a browser, and who has. One per process; what all of them must know is in the store. */
export class SignIn {
  readonly #options: SignInOptions
  readonly #kept: KeptSessions
  readonly #logins: LoginsUnderWay
  readonly #copies: SessionCopies
  /** What operators are told of. */
  readonly problems: SignInProblems

  constructor(options: SignInOptions) {
    this.#options = options
    this.problems = new SignInProblems(options.log, options.monotonic)
    const { store, ring, idle, clock, monotonic, providers } = options
    this.#logins = new LoginsUnderWay(store, ring, clock)
    this.#kept = new KeptSessions({ ...options, configOf: (identity) => providers.get(identity)?.config })
    this.#copies = new SessionCopies(store, monotonic, Math.min(COPY_TIME, idle / 4))
  }

  get identities(): ReadonlyMap<string, LoginProvider> {
    return this.#options.providers
  }

  status(method: MethodName): readonly ProviderStatus[] {
    return [...this.#options.providers.values()].filter((one) => one.method === method).map((provider) => provider.status())
  }

  /** What lives on the session that is the credential, as records name it. */
  usersOf(credential: string): Set<SessionUser> {
    return this.#copies.usersOf(SESSION + credential)
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
    prompt,
  }: LoginRequest): Promise<({ readonly ok: true } & BegunLogin) | LoginFailure> {
    const { clock } = this.#options
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
      prompt,
    }
    try {
      const location = await this.#provider(identity).loginUrl(pending, state)
      await this.#logins.begin(state, pending, source)
      return { ok: true, location, cookie: { name: pending.cookie, value: binding } }
    } catch (error) {
      return failureOf(error, null, identity)
    }
  }

  /**
   * @param at the identity whose redirect URI it is
   * @param answer the whole address at which the browser came back
   * @param bindingOf the value of the login's cookie, by what is behind its name
   * @param before the session that it has already
   * @param misfitOf says what is wrong with the claims, by the policies that decide now
   */
  async finish(
    at: string,
    answer: URL,
    bindingOf: BindingOf,
    before: string | null,
    misfitOf: ClaimsCheck,
  ): Promise<FinishedLogin> {
    const { searchParams, origin } = answer
    const state = onlyHandle(searchParams.getAll('state'))
    if (state === null) return wrongState('the address has no `state` that could be one', null, null)
    return await this.#taken('login', state, origin, bindingOf, async (pending) => {
      const provider = this.#provider(pending.identity)
      if (pending.identity !== at) return wrongAddress(pending, at)
      if (provider.method !== 'oidc')
        return wrongState('the login with this `state` is to be answered in another way', null, pending.identity)
      const { nonce, verifier, stepUp } = pending
      const grant = await provider.exchange(answer, { state, nonce, verifier, maxAge: stepUp?.maxAge ?? null })
      return await this.#admit(pending, grant, before, misfitOf)
    })
  }

  /**
   * A provider's answer that a form of another site has brought, so that the browser shows no cookie with it (`SameSite`). It is checked, and waits for the browser to come back with one: only then is
   * anybody signed in.
   *
   * @param at the identity whose assertion consumer service it is
   * @param form `SAMLResponse` and `RelayState`
   */
  async receive(
    at: string,
    form: URLSearchParams,
    origin: string,
  ): Promise<{ readonly ok: true; readonly location: string } | LoginFailure> {
    const { store } = this.#options
    const state = onlyHandle(form.getAll('RelayState'))
    const [response = '', ...others] = form.getAll('SAMLResponse')
    if (state === null || others.length > 0) return wrongState('the form has no `RelayState` that could be one', null, null)
    let identity: string | null = null
    try {
      const pending = await this.#logins.look('login', state)
      if (pending === null)
        return wrongState('no login is under way with this `RelayState`: it was used, or took too long', null, null)
      identity = pending.identity
      if (identity !== at) return wrongAddress(pending, at)
      const provider = this.#options.providers.get(identity)
      if (provider?.method !== 'saml' || pending.origin !== origin)
        return wrongState('the login with this `RelayState` is to be answered in another way', null, identity)
      const asserted = await provider.check(response, pending)
      const known = storeKey('assertion', provider.config.issuer, asserted.id)
      if ((await store.once(known, asserted.until / 1000)) !== 'new') throw new ProviderRefusal('the assertion was used before')
      if (!(await this.#logins.take('login', state)))
        return wrongState('the login with this `RelayState` has just been finished', null, identity)
      const { issuer, clientId } = provider.config
      const ticket = await this.#logins.receive({ ...pending, grant: provider.grantOf(asserted), issuer, clientId })
      return { ok: true, location: `${origin}${RECEIVED_PATH}?ticket=${ticket}` }
    } catch (error) {
      return failureOf(error, null, identity)
    }
  }

  /** The browser has come for it. Parameters as with `finish`. */
  async finishReceived(answer: URL, bindingOf: BindingOf, before: string | null, misfitOf: ClaimsCheck): Promise<FinishedLogin> {
    const ticket = onlyHandle(answer.searchParams.getAll('ticket'))
    if (ticket === null) return wrongState('the address has no `ticket` that could be one', null, null)
    return await this.#taken('received', ticket, answer.origin, bindingOf, async (received) => {
      const { identity, issuer, clientId, grant, cookie } = received
      const { config } = this.#provider(identity)
      if (config.issuer !== issuer || config.clientId !== clientId)
        return wrongState('the configuration has another way to sign in by now', cookie, identity)
      return await this.#admit(received, grant, before, misfitOf)
    })
  }

  /** What has begun in this browser, once. */
  async #taken<Kind extends LoginKind>(
    kind: Kind,
    handle: string,
    origin: string,
    bindingOf: BindingOf,
    then: (pending: UnderWay[Kind]) => Promise<FinishedLogin>,
  ): Promise<FinishedLogin> {
    let spent: string | null = null
    let identity: string | null = null
    try {
      // Looked at before it is taken: whoever has only seen a handle cannot use it up.
      const pending = await this.#logins.look(kind, handle)
      if (pending === null)
        return wrongState('no login is under way with this address: it was used, or took too long', null, null)
      identity = pending.identity
      if (!this.#options.providers.has(pending.identity))
        return wrongState('the configuration has another way to sign in by now', null, identity)
      const shown = bindingOf(pending.cookie)
      if (pending.origin !== origin || shown === null || digestOf(shown) !== pending.binding)
        return wrongState('another browser has begun the login with this address', null, identity)
      spent = pending.cookie
      if (!(await this.#logins.take(kind, handle)))
        return wrongState('the login with this address has just been finished', spent, identity)
      return await then(pending)
    } catch (error) {
      return failureOf(error, spent, identity)
    }
  }

  async #admit(pending: PendingLogin, grant: Grant, before: string | null, misfitOf: ClaimsCheck): Promise<FinishedLogin> {
    const { clock, store } = this.#options
    const { identity, origin, host, cookie, stepUp, returnTo } = pending
    const { config, method } = this.#provider(identity)
    const session = this.#kept.make(identity, host, config, grant)
    const { claims, auth } = saidBy(session, config, clock())
    const misfit = misfitOf(identity, claims, auth)
    if (misfit !== null) {
      const detail = `${misfit.message}: ${misfitAdvice(method, misfit.isMissing === true)}`
      this.problems.tell(identity, 'a sign-in is refused, as its claims do not fit the policy', detail)
      return { ok: false, code: 'login-claims', detail, cookie, identity, returnTo }
    }
    const short = stepUp === null ? null : missing(session.signed, stepUp, config, clock() / 1000)
    if (short !== null) return { ok: false, code: 'step-up-failed', detail: short, cookie, identity }
    const handle = newHandle()
    const key = this.#kept.keyOf(handle, host)
    await this.#kept.put(key, session)
    // The browser is somebody else now, or has shown more: what was known before of its session is of no use.
    if (before !== null) await store.end([this.#kept.keyOf(before, host)])
    const { subject } = session
    return { ok: true, handle, location: `${origin}${returnTo}`, cookie, identity, subject, session: sessionId(key) }
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
      return verifiedBy(session, copy, this.#provider(session.identity), clock)
    } catch (error) {
      if (error instanceof StoreUnavailable) return refuse('session-store-unavailable')
      throw error
    }
  }

  /** What the provider has given for the caller of a session; null: there is no such session, or none that counts now. Rejects with `StoreUnavailable`. */
  async accessToken(handle: string, host: string): Promise<string | null> {
    const session = await this.#current(this.#kept.keyOf(handle, host), host)
    if (session === null || session === 'unavailable') return null
    // One that was kept before anybody wanted tokens has none until it is refreshed.
    return session.accessToken ?? null
  }

  /** Of each session that ends, wherever that was, the credential. */
  onEnd(listener: (credential: string) => void): void {
    this.#options.store.onEnd((keys) => {
      for (const key of keys) if (key.startsWith(SESSION)) listener(key.slice(SESSION.length))
    })
  }

  /** The session itself, for the page that tells of it. Rejects with `StoreUnavailable`. */
  async look(handle: string, host: string): Promise<(Session & { readonly id: string }) | null> {
    const key = this.#kept.keyOf(handle, host)
    const loaded = await this.#kept.load(key, host)
    return loaded === null || this.#isRevoked(key, loaded.session) ? null : { ...loaded.session, id: sessionId(key) }
  }

  /** Who has signed out (null: there was no session that counts), and where the browser goes on to do so at the provider, too (null: nowhere). Rejects with `StoreUnavailable`. */
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

  /** A provider says by a browser that somebody has signed out there. `location`: where the browser takes the answer; null: nowhere. Rejects with `StoreUnavailable`. */
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

  /** What a provider is to know of the proxy; null: nobody signs in so as the identity. */
  describe(identity: string, origin: string): string | null {
    const provider = this.#options.providers.get(identity)
    return provider?.method === 'saml' ? provider.describe(identity, origin) : null
  }

  /** OpenID Connect Back-Channel Logout 1.0. Rejects with `StoreUnavailable`. */
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

  /** Once. It is remembered when it is done: what could not be done is done when it is sent again, and what two do at once does no harm. */
  async #obey(key: string, until: number, end: () => Promise<void>): Promise<boolean> {
    const { store } = this.#options
    if ((await store.get(key)) !== null) return false
    await end()
    await store.put(key, '1', { until })
    return true
  }

  /** The session as it is to count now: refreshed where it is time. */
  async #current(key: string, host: string): Promise<Session | null | 'unavailable'> {
    const { store, clock, monotonic, fetchTimeout, log } = this.#options
    const loaded = await this.#kept.load(key, host)
    if (loaded === null) return null
    const { session } = loaded
    // It is not to be refreshed for nobody.
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
    if (provider === undefined) throw new Error(`nobody signs in as \`${identity}\``)
    return provider
  }
}

/** With what keys of sessions begin; behind it is the credential. */
const SESSION = 'session:'

/** As records name it. */
function sessionId(key: string): string {
  return key.slice(SESSION.length).slice(0, 22)
}

/** What an operator can do about claims that do not fit. */
export function misfitAdvice(method: MethodName, isMissing: boolean): string {
  if (isMissing && method === 'saml')
    return 'declare it as optional (`?`) in the policy, or put its attribute in brackets in `attributes`'
  if (isMissing) return 'declare it as optional (`?`) in the policy, or let the provider send it even when it is empty'
  if (method === 'saml')
    return 'declare what the provider sends, or put the name of the attribute in brackets in `attributes` for a list'
  return 'declare in the policy what the provider sends, or change what it sends'
}

type BindingOf = (cookie: string) => string | null

/** A provider has sent the browser to the address of another one. Its answer is not shown to either of them. */
function wrongAddress({ identity, cookie }: PendingLogin, at: string): LoginFailure {
  return wrongState(`the login began as \`${identity}\`, and the answer came to the address of \`${at}\``, cookie, identity)
}

/** The one that could be a handle. */
function onlyHandle(texts: readonly string[]): string | null {
  const [text = '', ...others] = texts
  return others.length === 0 && isHandle(text) ? text : null
}
