import { StoreUnavailable } from '../../base/errors.ts'
import type { MethodName } from '../identity-config.ts'
import type { Provider } from '../methods/oidc/provider.ts'
import type { SamlProvider } from '../methods/saml/saml-provider.ts'
import { ProviderRefusal } from '../provider/provider-refusal.ts'
import { isHandle, type KeyRing, newHandle, type SessionStore, storeKey } from '../sessions/index.ts'
import { type KeptSessions, sessionId } from './kept-sessions.ts'
import {
  type BegunLogin,
  type ClaimsCheck,
  type FinishedLogin,
  failureOf,
  type LoginFailure,
  type LoginRequest,
  missing,
  wrongState,
} from './login.ts'
import { RECEIVED_PATH, returnPath } from './paths.ts'
import { type LoginCookie, PendingLogins } from './pending-logins.ts'
import type { Grant, PendingLogin, StepUp } from './session.ts'
import type { SignInProblems } from './sign-in-problems.ts'
import { saidBy } from './verified-by.ts'

export interface LoginFlowOptions {
  readonly providers: ReadonlyMap<string, Provider | SamlProvider>
  readonly store: SessionStore
  readonly ring: KeyRing
  readonly kept: KeptSessions
  readonly problems: SignInProblems
  /** Returns the current time in milliseconds since 1970. */
  readonly clock: () => number
}

/** The callback request of a browser that returns from a provider. */
export interface Returned {
  /** Complete callback URL, whose query holds the provider's response. */
  readonly answer: URL
  readonly cookies: readonly LoginCookie[]
  readonly before: string | null
  /** Function that returns whether the current policies accept the person's claims: `null` if so, otherwise the reason. */
  readonly decodeErrorOf: ClaimsCheck
}

/** Browser sign-in: redirects to a provider, checks the response and creates a session. */
export class LoginFlow {
  readonly #options: LoginFlowOptions
  readonly #pending: PendingLogins

  constructor(options: LoginFlowOptions) {
    this.#options = options
    this.#pending = new PendingLogins(options.store, options.ring, options.clock)
  }

  async begin({ returnTo, ...login }: LoginRequest): Promise<({ readonly ok: true } & BegunLogin) | LoginFailure> {
    const { identity, origin } = login
    try {
      // A session could not be stored on return.
      if (this.#options.store.hearing() === null) throw new StoreUnavailable('it is not heard')
      // If the step-up requests nothing specific, only a fresh sign-in can help.
      const prompt = login.prompt ?? (login.stepUp !== null && asksNothing(login.stepUp) ? 'login' : null)
      return { ok: true, ...(await this.#begin({ ...login, prompt, returnTo: returnPath(returnTo, origin) ?? '/' })) }
    } catch (error) {
      return failureOf(error, null, identity)
    }
  }

  async #begin(login: LoginRequest): Promise<BegunLogin> {
    const state = newHandle()
    const pending = { ...login, nonce: newHandle(), verifier: newHandle() }
    const provider = this.#provider(login.identity)
    const location =
      provider.method === 'saml'
        ? await provider.loginUrl(pending, state, this.#pending.relayState(state))
        : await provider.loginUrl(pending, state)
    return { location, cookie: this.#pending.seal(state, pending) }
  }

  /**
   * Finishes a login: checks the provider's response in the callback URL, and creates a session.
   *
   * @param at identity whose redirect URI was used
   */
  async finish(at: string, returned: Returned): Promise<FinishedLogin> {
    const state = onlyHandle(returned.answer.searchParams.getAll('state'))
    if (state === null) return wrongState('the URL has no valid `state`', null, at)
    return await this.#taken(at, state, returned, async (pending, cookie) => {
      const provider = this.#provider(pending.identity)
      if (provider.method !== 'oidc') return wrongState('the login with this `state` expects another kind of answer', null, at)
      const { nonce, verifier } = pending
      try {
        const grant = await provider.exchange(returned.answer, { state, nonce, verifier })
        return await this.#admit(pending, cookie, grant, returned)
      } catch (error) {
        const isUnmet = error instanceof ProviderRefusal && UNMET.has(error.error ?? '')
        if (!isUnmet || pending.stepUp === null || pending.prompt !== null) throw error
        return await this.#again(pending, cookie)
      }
    })
  }

  /** A step-up that the provider answered from an existing sign-in: it must now prompt the person, once. */
  async #again({ until: _, ...login }: PendingLogin, cookie: string): Promise<FinishedLogin> {
    const again = await this.#begin({ ...login, prompt: 'login' })
    return { ok: true, again, cookie, identity: login.identity }
  }

  /**
   * Checks a provider's SAML response, which arrives in a cross-site form, and stores it. Browsers send no `SameSite` cookie with
   * such a form, so the session is created only when the browser has returned with its cookie.
   *
   * @param at identity of the assertion consumer service
   * @param form form fields `SAMLResponse` and `RelayState`
   */
  async receive(
    at: string,
    form: URLSearchParams,
    origin: string,
  ): Promise<{ readonly ok: true; readonly location: string } | LoginFailure> {
    const { store } = this.#options
    const [relayState = '', ...otherStates] = form.getAll('RelayState')
    const [response = '', ...others] = form.getAll('SAMLResponse')
    // XML is parsed only for a login that began here.
    const state = otherStates.length + others.length > 0 ? null : this.#pending.stateIn(relayState)
    if (state === null)
      return wrongState('the form has no `RelayState` of a login that began here, or the login has expired', null, at)
    try {
      const provider = this.#options.providers.get(at)
      if (provider?.method !== 'saml') return wrongState('the identity does not use a SAML provider', null, at)
      const asserted = await provider.check(response, { identity: at, origin, state })
      const known = storeKey('assertion', provider.config.issuer, asserted.id)
      if ((await store.once(known, asserted.until / 1000, provider.config.issuer)) !== 'new')
        throw new ProviderRefusal('the SAML assertion was used before: sign in again')
      const { issuer, clientId } = provider.config
      const grant = provider.grantOf(asserted)
      const ticket = await this.#pending.receive({ identity: at, state, grant, issuer, clientId })
      return { ok: true, location: `${origin}${RECEIVED_PATH}?ticket=${ticket}` }
    } catch (error) {
      return failureOf(error, null, at)
    }
  }

  /** Finishes a login whose response `receive` has stored. */
  async finishReceived(returned: Returned): Promise<FinishedLogin> {
    const ticket = onlyHandle(returned.answer.searchParams.getAll('ticket'))
    if (ticket === null) return wrongState('the URL has no valid `ticket`', null, null)
    let identity: string | null = null
    try {
      const received = await this.#pending.received(ticket)
      if (received === null) return wrongState('no login waits for this `ticket`: it was used, or has expired', null, null)
      identity = received.identity
      return await this.#taken(identity, received.state, returned, async (pending, cookie) => {
        const { config } = this.#provider(received.identity)
        if (config.issuer !== received.issuer || config.clientId !== received.clientId)
          return wrongState('the way to sign in has changed in the configuration', cookie, identity)
        if (!(await this.#pending.takeReceived(ticket))) return wrongState('this `ticket` has just been used', cookie, identity)
        return await this.#admit(pending, cookie, received.grant, returned)
      })
    } catch (error) {
      return failureOf(error, null, identity)
    }
  }

  /** Takes a login that began in this browser, once. Somebody who has only seen a URL cannot use it up. */
  async #taken(
    at: string,
    state: string,
    { answer, cookies }: Returned,
    then: (pending: PendingLogin, cookie: string) => Promise<FinishedLogin>,
  ): Promise<FinishedLogin> {
    const opened = this.#pending.open(state, cookies)
    if (opened === null) return wrongState('this browser began no login with this URL, or the login has expired', null, at)
    const { pending, cookie } = opened
    if (pending.identity !== at) return wrongAddress(pending.identity, cookie, at)
    if (pending.origin !== answer.origin) return wrongState('the login began at another address of the proxy', null, at)
    if (!this.#options.providers.has(at)) return wrongState('the way to sign in has changed in the configuration', cookie, at)
    let finished: FinishedLogin | null = null
    const attempt = newHandle()
    try {
      if (!(await this.#pending.take(state, pending, attempt)))
        return wrongState('the login with this URL has just been completed', cookie, at)
      finished = await then(pending, cookie)
    } catch (error) {
      finished = failureOf(error, cookie, at)
    }
    if (!finished.ok) await this.#pending.release(state, attempt).catch(() => {})
    return finished
  }

  async #admit(pending: PendingLogin, cookie: string, grant: Grant, { before, decodeErrorOf }: Returned): Promise<FinishedLogin> {
    const { clock, store, kept, problems } = this.#options
    const { identity, origin, host, stepUp, returnTo } = pending
    const { config, method } = this.#provider(identity)
    const session = kept.make(identity, host, config, grant)
    const { claims, auth } = saidBy(session, config, clock())
    const decodeError = decodeErrorOf(identity, claims, auth)
    if (decodeError !== null) {
      const detail = `${decodeError.message}: ${decodeErrorAdvice(method, decodeError.isMissing === true)}`
      problems.tell({ identity }, 'a sign-in was refused, as its claims do not match the policy', detail)
      return { ok: false, code: 'login-claims', detail, cookie, identity, returnTo }
    }
    const short = stepUp === null ? null : missing(session.signed, stepUp, config, clock() / 1000)
    if (short !== null && pending.prompt === null) return await this.#again(pending, cookie)
    if (short !== null) return { ok: false, code: 'step-up-failed', detail: short, cookie, identity }
    const handle = newHandle()
    const key = kept.keyOf(handle, host)
    await kept.put(key, session)
    // The browser has a new identity or level, so its previous session is ended.
    if (before !== null) await store.end([kept.keyOf(before, host)])
    const { subject } = session
    const location = `${origin}${returnTo}`
    return { ok: true, again: null, handle, location, cookie, identity, subject, session: sessionId(key) }
  }

  #provider(identity: string): Provider | SamlProvider {
    const provider = this.#options.providers.get(identity)
    if (provider === undefined) throw new Error(`no sign-in is configured for the identity \`${identity}\``)
    return provider
  }
}

/**
 * Error codes of providers that would have to prompt the person (OpenID Connect Core 1.0, sections 3.1.2.6 and 5.5.1.1; Unmet
 * Authentication Requirements 1.0).
 */
const UNMET: ReadonlySet<string> = new Set([
  'unmet_authentication_requirements',
  'login_required',
  'interaction_required',
  'account_selection_required',
])

function asksNothing({ ask, maxAge }: StepUp): boolean {
  return ask.length === 0 && maxAge === null
}

/**
 * Returns the failure of a login whose provider redirected to the URL of another provider. The response is disclosed to
 * neither.
 */
function wrongAddress(began: string, cookie: string, at: string): LoginFailure {
  return wrongState(`the login began as \`${began}\`, and the answer came to the address of \`${at}\``, cookie, began)
}

/** Returns what an operator can do about claims that do not match. */
function decodeErrorAdvice(method: MethodName, isMissing: boolean): string {
  if (isMissing && method === 'saml')
    return 'declare it as optional (`?`) in the policy, or put its attribute in brackets in `attributes`'
  if (isMissing) return 'declare it as optional (`?`) in the policy, or let the provider send it even when it is empty'
  if (method === 'saml')
    return 'declare what the provider sends, or put the name of the attribute in brackets in `attributes` for a list'
  return 'declare in the policy what the provider sends, or change what it sends'
}

function onlyHandle(texts: readonly string[]): string | null {
  const [text = '', ...others] = texts
  return others.length === 0 && isHandle(text) ? text : null
}
