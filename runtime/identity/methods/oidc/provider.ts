import { createHash } from 'node:crypto'
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  type ClientAuth,
  Configuration,
  clockTolerance,
  customFetch,
  enableNonRepudiationChecks,
  fetchUserInfo,
  refreshTokenGrant,
  type ServerMetadata,
  type TokenEndpointResponse,
  type TokenEndpointResponseHelpers,
  WWWAuthenticateChallengeError,
} from 'openid-client'
import { settledWithin } from '../../../base/waiting.ts'
import type { IssuerDeps, ProviderStatus } from '../../credential.ts'
import { Circuit } from '../../provider/circuit.ts'
import { ProviderProblem } from '../../provider/fetch-json.ts'
import type { OAuthClient } from '../../provider/oauth-client.ts'
import { NOT_ACCEPTED, ProviderRefusal } from '../../provider/provider-refusal.ts'
import type { LoginProvider } from '../../sign-in/login-provider.ts'
import { callbackPath, SIGNED_OUT_PATH } from '../../sign-in/paths.ts'
import type { Grant, PendingLogin, Session } from '../../sign-in/session.ts'
import { SignInProblems } from '../../sign-in/sign-in-problems.ts'
import { boundedFetch } from './bounded-fetch.ts'
import type { OidcConfig } from './oidc-config.ts'
import { discoverProvider, type ProviderMetadata } from './provider-metadata.ts'
import { isUnknownKey, readError } from './refusal-in.ts'

/** The proxy as the provider's client. */
type Client = Pick<OAuthClient, 'authenticate' | 'distrusted'>

export type ProviderDeps = Pick<IssuerDeps, 'monotonic' | 'fetch' | 'fetchTimeout' | 'log'>

interface KnownProvider {
  readonly metadata: ProviderMetadata
  readonly client: Configuration
  readonly at: number
}

/** Milliseconds for which metadata is fresh: to redirect a browser (`now`), to report the state (`told`), and otherwise. */
const FRESH = { now: 1000, told: 10_000, else: 600_000 }
/** Milliseconds between attempts after metadata could not be fetched, and for which a request waits for the next attempt. */
const COOL_DOWN = 1000
const PATIENCE = 300
const LATE = Symbol('late')

/**
 * Accepted signature algorithms. They are asymmetric, because whoever verifies a token with a shared secret can also forge one.
 */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']

/**
 * An OpenID provider. Methods reject with `ProviderProblem` if the provider is unavailable, and with `ProviderRefusal` if it
 * refuses or its response is invalid.
 */
export class Provider implements LoginProvider {
  readonly method = 'oidc'
  readonly config: OidcConfig
  readonly #client: Client
  readonly #deps: ProviderDeps
  readonly #keepsToken: boolean
  #known: KnownProvider | null = null
  readonly #tokens: Circuit
  readonly #problems: SignInProblems
  #discovering: { readonly since: number; readonly done: Promise<void> } | null = null
  /** Why the provider rejects the proxy's client credentials; `null` if it does not. */
  #notAccepted: string | null = null
  #failed: { readonly at: number; readonly problem: string } | null = null

  /**
   * Creates a provider from its configuration.
   *
   * @param keepsToken whether sessions store the access token, for example for token exchange
   */
  constructor(config: OidcConfig, client: Client, deps: ProviderDeps, keepsToken = false) {
    this.#keepsToken = keepsToken
    this.config = config
    this.#client = client
    this.#deps = deps
    this.#tokens = new Circuit(deps.monotonic)
    this.#problems = new SignInProblems(deps.log, deps.monotonic)
  }

  /**
   * Returns the URL at the provider to which the browser is redirected for signing in. The provider must have responded recently.
   */
  async loginUrl(
    { identity, origin, nonce, verifier, stepUp, prompt: wanted }: Omit<PendingLogin, 'until'>,
    state: string,
  ): Promise<string> {
    const { client, metadata } = await this.#ready(FRESH.now)
    const { maxAge = null, ask = [] } = stepUp ?? {}
    const takesClaims = metadata.claims_parameter_supported === true
    const first = wanted === null ? [] : [wanted === 'account' ? accountPrompt(metadata) : 'login']
    const prompt = [...first, ...(this.config.scopes.includes('offline_access') ? ['consent'] : [])]
    const url = buildAuthorizationUrl(client, {
      redirect_uri: `${origin}${callbackPath(identity)}`,
      scope: this.config.scopes.join(' '),
      state,
      nonce,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...(prompt.length > 0 && { prompt: prompt.join(' ') }),
      ...(maxAge !== null && { max_age: String(maxAge) }),
      ...(ask.length > 0 && { acr_values: ask.join(' ') }),
      // `acr_values` alone is a wish. An essential claim makes the provider obtain what is missing (3.1.2.1, 5.5.1.1).
      ...(ask.length > 0 && takesClaims && { claims: JSON.stringify({ id_token: { acr: { essential: true, values: ask } } }) }),
    })
    return url.href
  }

  /**
   * Exchanges the authorization code in a callback URL for tokens, and returns the verified claims.
   *
   * @param answer complete callback URL
   */
  async exchange(answer: URL, checks: { state: string; nonce: string; verifier: string }): Promise<Grant> {
    const { client } = await this.#ready(FRESH.else)
    return await this.#ask(async () => {
      const tokens = await authorizationCodeGrant(client, answer, {
        expectedState: checks.state,
        expectedNonce: checks.nonce,
        pkceCodeVerifier: checks.verifier,
        idTokenExpected: true,
      })
      return await this.#grantOf(client, tokens, null)
    })
  }

  /**
   * Obtains new tokens by a refresh token (OpenID Connect Core 1.0, section 12), and returns the verified claims.
   *
   * @param signed claims of the current ID token, which remain in force if the refresh returns none
   */
  async refresh(refreshToken: string, subject: string, signed: Grant['signed']): Promise<Grant> {
    const { client } = await this.#ready(FRESH.else)
    return await this.#ask(async () => {
      const grant = await this.#grantOf(client, await refreshTokenGrant(client, refreshToken), { subject, signed })
      // OpenID Connect Core 1.0, section 12.2.
      if (grant.subject !== subject)
        throw new ProviderRefusal('the refreshed ID token has another subject than the session: sign in again')
      return grant
    })
  }

  /**
   * Returns the URL at the provider to which the browser is redirected for signing out (OpenID Connect RP-Initiated Logout 1.0).
   * Returns `null` if the provider does not support it or is unavailable.
   */
  async signOutUrl({ signOut }: Session, origin: string): Promise<string | null> {
    const known = await this.#ready(FRESH.now).catch(() => null)
    if (known === null || known.metadata.end_session_endpoint === undefined) return null
    return buildEndSessionUrl(known.client, { id_token_hint: signOut, post_logout_redirect_uri: `${origin}${SIGNED_OUT_PATH}` })
      .href
  }

  /**
   * Returns the state of the provider. Also refreshes the metadata if it is old, so that polling keeps the state current
   * without sign-ins.
   */
  status(): ProviderStatus {
    void this.#ready(FRESH.told).catch(() => {})
    return {
      issuer: this.config.issuer,
      available: this.#failed === null && this.#notAccepted === null,
      keys: null,
      age: null,
      problem: this.#failed?.problem ?? this.#notAccepted,
    }
  }

  async #grantOf(
    client: Configuration,
    tokens: TokenEndpointResponse & TokenEndpointResponseHelpers,
    known: Pick<Grant, 'subject' | 'signed'> | null,
  ): Promise<Grant> {
    const { id_token: idToken = null, access_token: accessToken } = tokens
    const said = tokens.claims() as Readonly<Record<string, unknown>> | undefined
    if (idToken !== null) checkIdToken(idToken, said ?? {}, accessToken, this.config)
    const subject = typeof said?.sub === 'string' ? said.sub : known?.subject
    if (subject === undefined || subject === '')
      throw new ProviderRefusal('the ID token has no `sub`: configure the provider to add it')
    const told = this.config.userinfo ? await this.#userInfo(client, accessToken, subject) : {}
    return {
      subject,
      // Replaces all: a removed claim must not survive.
      signed: said ?? known?.signed ?? {},
      told,
      sid: typeof said?.sid === 'string' ? said.sid : null,
      ends: null,
      signOut: idToken,
      refreshToken: tokens.refresh_token ?? null,
      accessToken: this.#keepsToken ? accessToken : null,
      expiresIn: tokens.expiresIn() ?? null,
    }
  }

  async #userInfo(client: Configuration, accessToken: string, subject: string): Promise<Grant['told']> {
    try {
      return await fetchUserInfo(client, accessToken, subject)
    } catch (error) {
      if (!(error instanceof WWWAuthenticateChallengeError)) throw error
      throw new ProviderRefusal(
        'the userinfo endpoint of the provider rejects the access token that the provider issued: ' +
          'check that it allows the scope `openid`',
      )
    }
  }

  /** Calls the token endpoint. An error concerns this login or session alone: one browser's input must not block others. */
  async #ask<T>(question: () => Promise<T>): Promise<T> {
    const problem = this.#tokens.enter()
    if (problem !== null) throw new ProviderProblem(problem)
    try {
      const answer = await question()
      this.#tokens.closed()
      this.#notAccepted = null
      return answer
    } catch (error) {
      const read = await readError(error, this.config.issuer)
      if (read instanceof ProviderProblem) this.#note(read)
      // A new key may just have been published, and the library would not look for a minute.
      if (isUnknownKey(error)) this.#known = null
      if (read instanceof ProviderProblem && read.status === null && !isUnknownKey(error)) this.#tokens.opened(read.message)
      else this.#tokens.closed()
      throw read
    }
  }

  #note({ message, error }: ProviderProblem): void {
    const isNotAccepted = error !== null && NOT_ACCEPTED.has(error)
    if (isNotAccepted) {
      // A secret in a file may have been replaced.
      this.#client.distrusted()
      this.#notAccepted = message
    }
    const what = isNotAccepted
      ? 'sign-in is misconfigured: the provider does not accept the proxy as its client'
      : 'an identity provider does not issue tokens'
    this.#problems.tell({ issuer: this.config.issuer }, what, message)
  }

  /** While the provider is known to be down, requests wait only briefly. */
  async #ready(age: number): Promise<KnownProvider> {
    const { monotonic } = this.#deps
    const now = monotonic()
    if (this.#known !== null && this.#failed === null && now - this.#known.at < age) return this.#known
    if (this.#failed !== null && this.#discovering === null && now - this.#failed.at < COOL_DOWN)
      throw new ProviderProblem(this.#failed.problem)
    this.#discovering ??= {
      since: now,
      done: this.#discover().finally(() => {
        this.#discovering = null
      }),
    }
    const { since, done } = this.#discovering
    if (this.#failed === null) await done
    else {
      const { problem } = this.#failed
      if ((await settledWithin(done, since + PATIENCE - now, LATE)) === LATE) throw new ProviderProblem(problem)
    }
    if (this.#known === null)
      throw new Error('the metadata of the provider are no longer cached: this is a bug in iap; report it')
    return this.#known
  }

  async #discover(): Promise<void> {
    try {
      const metadata = await discoverProvider(this.config.issuer, this.#deps)
      const same = this.#known !== null && JSON.stringify(this.#known.metadata) === JSON.stringify(metadata)
      const client = same && this.#known !== null ? this.#known.client : this.#clientOf(metadata)
      this.#known = { metadata, client, at: this.#deps.monotonic() }
      this.#failed = null
    } catch (error) {
      throw this.#fails(error as Error)
    }
  }

  #fails(error: Error): Error {
    const { log, monotonic } = this.#deps
    if (this.#failed?.problem !== error.message) log.warn(`an identity provider cannot be reached: ${error.message}`)
    this.#failed = { at: monotonic(), problem: error.message }
    // Without the status: it is the metadata's, not that of a login.
    return error instanceof ProviderProblem ? new ProviderProblem(error.message) : error
  }

  #clientOf(metadata: ProviderMetadata): Configuration {
    const { algorithms, clientId, clockSkew, issuer } = this.config
    const tolerance = { [clockTolerance]: Math.ceil(clockSkew / 1000) }
    // Without metadata the library accepts RS256 only, else whatever the metadata lists.
    const known = metadata.id_token_signing_alg_values_supported
    const allowed = algorithms ?? (Array.isArray(known) ? ALGORITHMS.filter((name) => known.includes(name)) : ALGORITHMS)
    const server = {
      ...metadata,
      id_token_signing_alg_values_supported: allowed,
      userinfo_signing_alg_values_supported: allowed,
    }
    const client = new Configuration(server as unknown as ServerMetadata, clientId, tolerance, this.#authentication(metadata))
    client.timeout = this.#deps.fetchTimeout / 1000
    client[customFetch] = boundedFetch(this.#deps.fetch) as NonNullable<Configuration[typeof customFetch]>
    enableNonRepudiationChecks(client)
    // Allowed explicitly by the configuration.
    if (issuer.startsWith('http:')) allowInsecureRequests(client)
    return client
  }

  /** Same as for introspection, as the client may be the same. */
  #authentication({ issuer, token_endpoint_auth_methods_supported: methods }: ProviderMetadata): ClientAuth {
    const asked = { issuer, methods: Array.isArray(methods) ? methods.filter((name) => typeof name === 'string') : null }
    // The library awaits it, contrary to its types.
    return async (_server, _client, form, headers) => {
      const lines = await this.#client.authenticate(form, asked)
      for (const [name, value] of Object.entries(lines)) headers.set(name, value)
    }
  }
}

/**
 * Returns the `prompt` with which the person can choose another account (OpenID Connect Core 1.0, section 3.1.2.1).
 * `select_account` is optional; providers announce it (Initiating User Registration 1.0, section 4).
 */
function accountPrompt({ prompt_values_supported: known }: ProviderMetadata): string {
  return Array.isArray(known) && known.includes('select_account') ? 'select_account' : 'login'
}

/** Makes the checks of an ID token that the library does not make (OpenID Connect Core 1.0). */
function checkIdToken(
  idToken: string,
  claims: Readonly<Record<string, unknown>>,
  accessToken: string,
  { algorithms, clientId }: OidcConfig,
): void {
  const { alg } = JSON.parse(Buffer.from(idToken.split('.')[0] ?? '', 'base64url').toString()) as { alg?: unknown }
  if (typeof alg !== 'string' || !(algorithms ?? ALGORITHMS).includes(alg as never))
    throw new ProviderRefusal(
      'the `alg` of the ID token is not among the `algorithms` of the identity: add it there, or change it at the provider',
    )
  const { at_hash: expected, azp } = claims
  // Section 3.1.3.7, number 5. The library skips this for a single audience.
  if (azp !== undefined && azp !== clientId)
    throw new ProviderRefusal(
      'the `azp` of the ID token is not the `clientId` of the identity: compare `clientId` with the client at the provider',
    )
  // Section 3.1.3.6.
  if (expected !== undefined && expected !== halfHash(accessToken, alg))
    throw new ProviderRefusal(
      'the `at_hash` of the ID token does not match the access token: sign in again, and read the log of the provider',
    )
}

function halfHash(text: string, alg: string): string {
  const bits = alg === 'EdDSA' || alg === 'Ed25519' ? '512' : alg.slice(-3)
  const digest = createHash(`sha${bits}`).update(text).digest()
  return digest.subarray(0, digest.length / 2).toString('base64url')
}
