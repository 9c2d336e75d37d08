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
} from 'openid-client'
import type { MethodDeps, ProviderStatus } from '../method.ts'
import { ProviderProblem } from '../provider/fetch-json.ts'
import type { OAuthClient } from '../provider/oauth-client.ts'
import { ProviderRefusal } from '../provider/provider-refusal.ts'
import type { Grant } from '../sign-in/grant.ts'
import type { LoginProvider } from '../sign-in/login-provider.ts'
import { callbackPath, SIGNED_OUT_PATH } from '../sign-in/paths.ts'
import type { PendingLogin, Session } from '../sign-in/session.ts'
import { boundedFetch } from './bounded-fetch.ts'
import type { OidcConfig } from './oidc-config.ts'
import { discoverProvider, type ProviderMetadata } from './provider-metadata.ts'
import { isDistrust, isUnknownKey, refusalIn } from './refusal-in.ts'

/** As whom the proxy is known to it. */
type Client = Pick<OAuthClient, 'authenticate' | 'distrusted'>

export type ProviderDeps = Pick<MethodDeps, 'monotonic' | 'fetch' | 'fetchTimeout' | 'log'>

interface Known {
  readonly metadata: ProviderMetadata
  readonly client: Configuration
  readonly at: number
}

/** Milliseconds for which metadata is not asked for again: where somebody is sent there now, where it is told how the provider is, and else. */
const FRESH = { now: 1000, told: 10_000, else: 600_000 }
/** For which a provider is left alone that did not answer. */
const COOL_DOWN = 1000

/** Asymmetric ones: with a shared secret, whoever can check a token can also make one. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']

/**
 * An OpenID provider, as a client of it sees it. Everything rejects with `ProviderProblem` where it cannot be asked, and with `ProviderRefusal` where it says no, or
 * what it says does not hold.
 */
export class Provider implements LoginProvider {
  readonly method = 'oidc'
  readonly config: OidcConfig
  readonly #client: Client
  readonly #deps: ProviderDeps
  readonly #keepsToken: boolean
  #known: Known | null = null
  #discovering: Promise<void> | null = null
  #failed: { readonly at: number; readonly problem: string } | null = null

  /** @param keepsToken whether access tokens are for more than this: what nobody needs is better not kept */
  constructor(config: OidcConfig, client: Client, deps: ProviderDeps, keepsToken = false) {
    this.#keepsToken = keepsToken
    this.config = config
    this.#client = client
    this.#deps = deps
  }

  /** Only to a provider that has just answered. */
  async loginUrl({ identity, origin, nonce, verifier, stepUp, prompt: wanted }: PendingLogin, state: string): Promise<string> {
    const { client, metadata } = await this.#ready(FRESH.now)
    const { maxAge = null, ask = [] } = stepUp ?? {}
    // Who is signed in there already would come back as before: `acr_values` alone is a wish (OpenID Connect Core 1.0, section 3.1.2.1).
    const again = stepUp !== null && (stepUp.mfa || stepUp.acr.length > 0)
    const first = wanted === 'account' ? [accountPrompt(metadata)] : again || wanted === 'login' ? ['login'] : []
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
    })
    return url.href
  }

  /** @param answer the whole address at which the browser came back */
  async exchange(answer: URL, checks: { state: string; nonce: string; verifier: string; maxAge: number | null }): Promise<Grant> {
    const { client } = await this.#ready(FRESH.else)
    return await this.#ask(async () => {
      const tokens = await authorizationCodeGrant(client, answer, {
        expectedState: checks.state,
        expectedNonce: checks.nonce,
        pkceCodeVerifier: checks.verifier,
        idTokenExpected: true,
        ...(checks.maxAge !== null && { maxAge: checks.maxAge }),
      })
      return await this.#grantOf(client, tokens, null)
    })
  }

  /** @param signed claims of the ID token that is there: a refresh need not bring another */
  async refresh(refreshToken: string, subject: string, signed: Grant['signed']): Promise<Grant> {
    const { client } = await this.#ready(FRESH.else)
    return await this.#ask(async () => {
      const grant = await this.#grantOf(client, await refreshTokenGrant(client, refreshToken), { subject, signed })
      // OpenID Connect Core 1.0, section 12.2.
      if (grant.subject !== subject) throw new ProviderRefusal('the refreshed ID token is that of another subject')
      return grant
    })
  }

  /** OpenID Connect RP-Initiated Logout 1.0; null: the provider has none, or does not answer. */
  async signOutUrl({ signOut }: Session, origin: string): Promise<string | null> {
    const known = await this.#ready(FRESH.now).catch(() => null)
    if (known === null || known.metadata.end_session_endpoint === undefined) return null
    return buildEndSessionUrl(known.client, { id_token_hint: signOut, post_logout_redirect_uri: `${origin}${SIGNED_OUT_PATH}` })
      .href
  }

  /** Whoever asks again and again learns how it is, even if nobody signs in meanwhile. */
  status(): ProviderStatus {
    void this.#ready(FRESH.told).catch(() => {})
    return {
      issuer: this.config.issuer,
      available: this.#failed === null,
      keys: null,
      age: null,
      problem: this.#failed?.problem ?? null,
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
    if (subject === undefined || subject === '') throw new ProviderRefusal('the ID token has no `sub`')
    const told = this.config.userinfo ? await fetchUserInfo(client, accessToken, subject) : {}
    return {
      subject,
      // All of it in place of what was: a claim that is gone is gone.
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

  async #ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      const answer = await question()
      this.#failed = null
      return answer
    } catch (error) {
      if (isDistrust(error)) this.#client.distrusted()
      const refusal = refusalIn(error)
      if (refusal !== null) throw refusal
      // Keys that are not known may have been published just now, and the library waits a minute until it looks.
      if (isUnknownKey(error)) this.#known = null
      throw this.#fails(error instanceof ProviderProblem ? error : unanswered(this.config.issuer, error))
    }
  }

  async #ready(age: number): Promise<Known> {
    const { monotonic } = this.#deps
    const now = monotonic()
    if (this.#known !== null && this.#failed === null && now - this.#known.at < age) return this.#known
    if (this.#failed !== null && now - this.#failed.at < COOL_DOWN) throw new ProviderProblem(this.#failed.problem)
    this.#discovering ??= this.#discover().finally(() => {
      this.#discovering = null
    })
    await this.#discovering
    if (this.#known === null) throw new Error('what was found is gone')
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
    if (this.#failed?.problem !== error.message) log.warn(`an identity provider cannot be asked: ${error.message}`)
    this.#failed = { at: monotonic(), problem: error.message }
    return error
  }

  #clientOf(metadata: ProviderMetadata): Configuration {
    const { clientId, clockSkew, issuer } = this.config
    const tolerance = { [clockTolerance]: Math.ceil(clockSkew / 1000) }
    const client = new Configuration(metadata as ServerMetadata, clientId, tolerance, this.#authentication(metadata))
    client.timeout = this.#deps.fetchTimeout / 1000
    client[customFetch] = boundedFetch(this.#deps.fetch) as NonNullable<Configuration[typeof customFetch]>
    // The library would leave it at TLS: that the token came from the provider.
    enableNonRepudiationChecks(client)
    // The configuration has allowed it by name.
    if (issuer.startsWith('http:')) allowInsecureRequests(client)
    return client
  }

  /** The same way as for introspection: the client may be the same, too. */
  #authentication({ issuer, token_endpoint_auth_methods_supported: methods }: ProviderMetadata): ClientAuth {
    const asked = { issuer, methods: Array.isArray(methods) ? methods.filter((name) => typeof name === 'string') : null }
    // The library waits for it, whatever its types say.
    return async (_server, _client, form, headers) => {
      const lines = await this.#client.authenticate(form, asked)
      for (const [name, value] of Object.entries(lines)) headers.set(name, value)
    }
  }
}

/** OpenID Connect Core 1.0, section 3.1.2.1; not all take `select_account`. Those that do may say so (Initiating User Registration via OpenID Connect 1.0, section 4). */
function accountPrompt({ prompt_values_supported: known }: ProviderMetadata): string {
  return Array.isArray(known) && known.includes('select_account') ? 'select_account' : 'login'
}

/** What the library does not look at (OpenID Connect Core 1.0). */
function checkIdToken(
  idToken: string,
  claims: Readonly<Record<string, unknown>>,
  accessToken: string,
  { algorithms, clientId }: OidcConfig,
): void {
  const { alg } = JSON.parse(Buffer.from(idToken.split('.')[0] ?? '', 'base64url').toString()) as { alg?: unknown }
  if (typeof alg !== 'string' || !(algorithms ?? ALGORITHMS).includes(alg as never))
    throw new ProviderRefusal('the `alg` of the ID token is not among those of the configuration')
  const { at_hash: expected, azp } = claims
  // Section 3.1.3.7, number 5; with one audience the library does not.
  if (azp !== undefined && azp !== clientId) throw new ProviderRefusal('the `azp` of the ID token is another client')
  // Section 3.1.3.6.
  if (expected !== undefined && expected !== halfHash(accessToken, alg))
    throw new ProviderRefusal('the `at_hash` of the ID token is not that of the access token')
}

function halfHash(text: string, alg: string): string {
  const bits = alg === 'EdDSA' || alg === 'Ed25519' ? '512' : alg.slice(-3)
  const digest = createHash(`sha${bits}`).update(text).digest()
  return digest.subarray(0, digest.length / 2).toString('base64url')
}

function unanswered(issuer: string, error: unknown): ProviderProblem {
  const { name, message, cause } = error as Error & { cause?: { code?: unknown; message?: unknown } }
  const why = name === 'TimeoutError' ? 'it does not answer in time' : String(cause?.code ?? cause?.message ?? message)
  return new ProviderProblem(`\`${issuer}\` cannot be asked: ${why}`)
}
