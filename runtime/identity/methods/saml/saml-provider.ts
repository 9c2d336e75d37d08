import { type CacheProvider, SAML, type SamlConfig as SamlOptions, ValidateInResponseTo } from '@node-saml/node-saml'
import { isLoopback } from '../../../base/address.ts'
import type { ProviderStatus } from '../../credential.ts'
import { digestOf } from '../../sessions/index.ts'
import type { LoginProvider, ProviderClient } from '../../sign-in/login-provider.ts'
import { assertionConsumerPath, SAML_LOGOUT_PATH } from '../../sign-in/paths.ts'
import type { Grant, PendingLogin, Session } from '../../sign-in/session.ts'
import { WatchedValue, type WatchedValueOptions } from '../../watched-value.ts'
import { type Asserted, checkResponse } from './check-response.ts'
import { type IdpMetadata, readIdpMetadata } from './idp-metadata.ts'
import { checkLogoutRequest, claimedIssuer, type LogoutRequest, type Sent } from './logout-request.ts'
import type { NameId } from './name-id.ts'
import { attributeClaims, MFA_CLASSES, signedClaims } from './saml-claims.ts'
import type { SamlConfig } from './saml-config.ts'
import { spMetadata } from './sp-metadata.ts'

export interface SamlProviderOptions extends Omit<WatchedValueOptions<IdpMetadata>, 'read'> {
  /** Returns the current time in milliseconds since 1970. */
  readonly clock: () => number
  /** Certificate and private key in PEM that sign requests, or `null` to sign nothing. */
  readonly signing: { readonly cert: string; readonly key: string } | null
}

/**
 * Cache of requests, which the library requires but does not need: request IDs are derived from the login's `state`, which a
 * cookie holds.
 */
const NOTHING: CacheProvider = {
  saveAsync: async () => null,
  getAsync: async () => null,
  removeAsync: async () => null,
}

/**
 * A SAML 2.0 identity provider. The library `@node-saml/node-saml` writes and verifies messages; content is read from signed
 * bytes only.
 */
export class SamlProvider implements LoginProvider {
  readonly method = 'saml'
  readonly #config: SamlConfig
  readonly #options: SamlProviderOptions
  readonly #file: WatchedValue<IdpMetadata>

  private constructor(config: SamlConfig, options: SamlProviderOptions, file: WatchedValue<IdpMetadata>) {
    this.#config = config
    this.#options = options
    this.#file = file
  }

  /** Creates a provider from its configuration. If the configuration is unusable, `refusal` of the result holds the reason. */
  static async open(config: SamlConfig, options: SamlProviderOptions): Promise<SamlProvider> {
    const isAllowed = ({ protocol, hostname }: URL) =>
      protocol === 'https:' || (protocol === 'http:' && (isLoopback(hostname) || config.insecureHttp))
    const file = await WatchedValue.open<IdpMetadata>(config.metadata, {
      ...options,
      read(bytes, before) {
        const read = readIdpMetadata(bytes, isAllowed)
        // Sessions belong to a provider; another one needs another configuration.
        const isOther = read.ok && before !== null && before.entityId !== read.value.entityId
        return isOther
          ? {
              ok: false,
              message: 'describes another provider (`entityID`) than before: restart the proxy to change the provider',
            }
          : read
      },
    })
    return new SamlProvider(config, options, file)
  }

  /** Only defined without a refusal at start. */
  get #metadata(): IdpMetadata {
    if (this.#file.current === null)
      throw new Error('the metadata of the SAML provider were never valid: this is a bug in iap; report it')
    return this.#file.current
  }

  get refusal(): WatchedValue<IdpMetadata>['refusal'] {
    return this.#file.refusal
  }

  get config(): ProviderClient {
    const { entityId, clockSkew, mfa } = this.#config
    return { issuer: this.#metadata.entityId, clientId: entityId, clockSkew, mfa }
  }

  /**
   * Returns the URL at the provider to which the browser is redirected for signing in (HTTP-Redirect binding).
   *
   * @param state state of the login, from which the request ID is derived
   * @param relayState value that the provider returns in its form
   */
  async loginUrl(
    { identity, origin, stepUp, prompt }: Omit<PendingLogin, 'until'>,
    state: string,
    relayState: string,
  ): Promise<string> {
    const asked = (stepUp?.ask ?? []).flatMap((value) => (value === 'mfa' ? MFA_CLASSES : [value]))
    const saml = this.#library(origin, {
      callbackUrl: `${origin}${assertionConsumerPath(identity)}`,
      generateUniqueId: () => requestId(state),
      // Only these two ask for a fresh sign-in.
      forceAuthn: prompt !== null || (stepUp !== null && stepUp.maxAge !== null),
      disableRequestedAuthnContext: asked.length === 0,
      authnContext: [...asked],
      racComparison: 'exact',
    })
    return await saml.getAuthorizeUrlAsync(relayState, undefined, {})
  }

  /**
   * Checks a login response, and returns the verified claims and other data of the sign-in.
   *
   * @throws ProviderRefusal if a check fails
   */
  async check(
    base64: string,
    { identity, origin, state }: { identity: string; origin: string; state: string },
  ): Promise<Asserted> {
    const { entityId, responseSigned, clockSkew } = this.#config
    const { entityId: issuer, certificates } = this.#metadata
    return await checkResponse(base64, {
      ...{ issuer, certificates, responseSigned },
      audience: entityId,
      recipient: `${origin}${assertionConsumerPath(identity)}`,
      inResponseTo: requestId(state),
      now: this.#options.clock(),
      skew: clockSkew,
    })
  }

  grantOf(asserted: Asserted): Grant {
    const { nameId, sessionIndex, sessionEnds } = asserted
    return {
      subject: nameId.value,
      signed: signedClaims(asserted),
      told: attributeClaims(asserted, this.#config),
      sid: sessionIndex === null ? null : sidOf(nameId.value, sessionIndex),
      ends: sessionEnds,
      refreshToken: null,
      accessToken: null,
      expiresIn: null,
      signOut: JSON.stringify({ nameId, sessionIndex } satisfies SignOut),
    }
  }

  /**
   * Returns the URL at the provider to which the browser is redirected for signing out. Returns `null` if the provider does not
   * support logout, or the proxy has no key to sign the request: unsigned logout requests are forbidden (saml-profiles, section
   * 4.4.3.1).
   */
  async signOutUrl({ signOut }: Session, origin: string): Promise<string | null> {
    if (this.#options.signing === null || this.#metadata.signOut === null || signOut === '') return null
    const { nameId, sessionIndex } = JSON.parse(signOut) as SignOut
    return await this.#library(origin, {}).getLogoutUrlAsync(
      {
        issuer: this.config.issuer,
        nameID: nameId.value,
        nameIDFormat: nameId.format ?? UNSPECIFIED,
        ...(nameId.nameQualifier !== null && { nameQualifier: nameId.nameQualifier }),
        ...(nameId.spNameQualifier !== null && { spNameQualifier: nameId.spNameQualifier }),
        ...(sessionIndex !== null && { sessionIndex }),
      },
      '',
      {},
    )
  }

  /**
   * Returns the unverified issuer of a message, by which the caller chooses the provider.
   *
   * @throws ProviderRefusal if the message is malformed
   */
  issuerIn(sent: Sent): string | null {
    return claimedIssuer(sent)
  }

  /**
   * Checks a logout request and returns the sessions that it ends.
   *
   * @throws ProviderRefusal if a check fails
   */
  async checkLogout(sent: Sent, origin: string): Promise<LogoutRequest & { readonly sids: readonly string[] }> {
    const { entityId: issuer, certificates } = this.#metadata
    const destination = `${origin}${SAML_LOGOUT_PATH}`
    const request = await checkLogoutRequest(sent, {
      ...{ issuer, certificates, destination },
      now: this.#options.clock(),
      skew: this.#config.clockSkew,
    })
    return { ...request, sids: request.sessionIndexes.map((index) => sidOf(request.subject, index)) }
  }

  async logoutAnswerUrl({ id, subject }: LogoutRequest, relayState: string, origin: string): Promise<string | null> {
    const { signOut } = this.#metadata
    if (this.#options.signing === null || signOut === null) return null
    const saml = this.#library(origin, { logoutUrl: signOut.response })
    const profile = { ID: id, issuer: this.config.issuer, nameID: subject, nameIDFormat: UNSPECIFIED }
    return await saml.getLogoutResponseUrlAsync(profile, relayState, {}, true)
  }

  /** Returns the SAML metadata that describe the proxy as a service provider, for one of its hosts. */
  describe(identity: string, origin: string): string {
    const certificate = this.#options.signing?.cert ?? null
    return spMetadata({ entityId: this.#config.entityId, identity, origin, certificate })
  }

  /** Returns the state of the provider. It is always available because only browsers contact it. */
  status(): ProviderStatus {
    const { entityId, certificates } = this.#metadata
    return { issuer: entityId, available: true, keys: certificates.length, age: null, problem: null }
  }

  async close(): Promise<void> {
    await this.#file.close()
  }

  /** Sets every option that matters, whatever the library's defaults. */
  #library(origin: string, more: Partial<SamlOptions>): SAML {
    const { entityId, responseSigned, clockSkew } = this.#config
    const { entityId: idpIssuer, signIn, signOut, certificates } = this.#metadata
    const { signing } = this.#options
    return new SAML({
      callbackUrl: `${origin}${SAML_LOGOUT_PATH}`,
      issuer: entityId,
      audience: entityId,
      idpIssuer,
      idpCert: certificates.map(({ pem }) => pem),
      entryPoint: signIn,
      logoutUrl: signOut?.request ?? signIn,
      identifierFormat: null,
      disableRequestedAuthnContext: true,
      wantAssertionsSigned: true,
      wantAuthnResponseSigned: responseSigned,
      validateInResponseTo: ValidateInResponseTo.always,
      cacheProvider: NOTHING,
      acceptedClockSkewMs: clockSkew,
      signatureAlgorithm: 'sha256',
      digestAlgorithm: 'sha256',
      ...(signing !== null && { privateKey: signing.key }),
      ...more,
    })
  }
}

/** Data that the provider needs when the session ends. */
interface SignOut {
  readonly nameId: NameId
  readonly sessionIndex: string | null
}

const UNSPECIFIED = 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified'

/** Returns the ID of a login's request, to match its response. It starts with a letter or `_` (saml-core, section 1.3.4). */
function requestId(state: string): string {
  return `_${digestOf(`saml request\n${state}`)}`
}

/** Returns the `sid` of a session. Session indexes are unique for one subject only (saml-core, section 2.7.2). */
function sidOf(subject: string, sessionIndex: string): string {
  return JSON.stringify([subject, sessionIndex])
}
