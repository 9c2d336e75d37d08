/** The provider says no, or what it says does not hold. The message names what, and nothing of a token. */
export class ProviderRefusal extends Error {
  /** As the provider called it (RFC 6749, sections 4.1.2.1 and 5.2); null: it is the proxy that refuses. */
  readonly error: string | null
  constructor(message: string, error: string | null = null) {
    super(message)
    this.name = 'ProviderRefusal'
    this.error = error
  }
}

/**
 * Errors by which a provider does not accept the proxy as its client, whoever signs in (RFC 6749, section 5.2). Keycloak says the
 * second of a wrong secret.
 */
export const NOT_ACCEPTED: ReadonlyMap<string, string> = new Map([
  ['invalid_client', 'check `clientId`, `clientSecret` or `clientKey`, and how the client authenticates at the provider'],
  ['unauthorized_client', 'check `clientId` and `clientSecret`, and whether the client may use the authorization code flow'],
  ['unsupported_grant_type', 'let the client use the authorization code flow and refresh tokens at the provider'],
  ['invalid_scope', 'check `scopes`, and which of them the client may ask for at the provider'],
])
