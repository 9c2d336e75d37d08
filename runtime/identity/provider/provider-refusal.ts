/** Error for a provider that refuses a login or returns an invalid response. The message holds no part of a token. */
export class ProviderRefusal extends Error {
  /** Error code from the provider (RFC 6749, sections 4.1.2.1 and 5.2), or `null` if the proxy itself refuses the response. */
  readonly error: string | null
  constructor(message: string, error: string | null = null) {
    super(message)
    this.name = 'ProviderRefusal'
    this.error = error
  }
}

/**
 * Advice for operators by error code, for codes with which a provider rejects the proxy itself as a client (RFC 6749, section
 * 5.2). Such an error does not depend on the person who signs in. Keycloak sends `unauthorized_client` for a wrong secret.
 */
export const NOT_ACCEPTED: ReadonlyMap<string, string> = new Map([
  ['invalid_client', 'check `clientId`, `clientSecret` or `clientKey`, and how the client authenticates at the provider'],
  ['unauthorized_client', 'check `clientId` and `clientSecret`, and whether the client may use the authorization code flow'],
  ['unsupported_grant_type', 'let the client use the authorization code flow and refresh tokens at the provider'],
  ['invalid_scope', 'check `scopes`, and which of them the client may ask for at the provider'],
])
