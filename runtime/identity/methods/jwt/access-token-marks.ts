import { type Claims, isText } from '../../token/claim-types.ts'

/**
 * A claim whose presence shows that a token without `typ: at+jwt` is an access token, because ID tokens (OpenID Connect Core 1.0,
 * section 2) lack it.
 */
export interface AccessTokenMark {
  /** Name of the claim as the documentation spells it. */
  readonly mark: string
  readonly providers: string
  isIn(claims: Claims): boolean
}

/**
 * Claims that mark access tokens for the profile `jwt`. The absence of ID token claims proves nothing: ID tokens have the same
 * issuer, keys and form, and the same audience if client and service share a registration. `azp` alone is no mark, as providers
 * put it into both kinds.
 */
export const ACCESS_TOKEN_MARKS: readonly AccessTokenMark[] = [
  // RFC 8693, section 4.2; RFC 9068, section 2.2.3.
  { mark: '`scope`', providers: 'Keycloak, Auth0, Cognito', isIn: ({ scope }) => isScope(scope) },
  { mark: '`scp`', providers: 'Entra ID for a user, Okta', isIn: ({ scp }) => isScope(scp) },
  // RFC 8693, section 4.3; RFC 9068, section 2.2.
  { mark: '`client_id`', providers: 'Cognito and others', isIn: ({ client_id }) => isText(client_id) },
  { mark: '`cid`', providers: 'Okta', isIn: ({ cid }) => isText(cid) },
  { mark: '`appid`', providers: 'Entra ID, version 1.0', isIn: ({ appid }) => isText(appid) },
  // How the client authenticated. ID tokens of Entra have `azp` at most.
  { mark: '`azp` and `azpacr`', providers: 'Entra ID, version 2.0', isIn: ({ azp, azpacr }) => isText(azp) && isText(azpacr) },
  {
    mark: '`gty: client-credentials` and `sub` is `azp` and `@clients`',
    providers: 'Auth0, machine to machine',
    isIn: ({ gty, azp, sub }) => gty === 'client-credentials' && isText(azp) && sub === `${azp}@clients`,
  },
  // Other values of these two are refused before.
  { mark: '`typ: Bearer`', providers: 'Keycloak', isIn: ({ typ }) => typ !== undefined },
  { mark: '`token_use: access`', providers: 'Cognito', isIn: ({ token_use }) => token_use !== undefined },
]

function isScope(value: unknown): boolean {
  return typeof value === 'string' || (Array.isArray(value) && value.every((item) => typeof item === 'string'))
}
