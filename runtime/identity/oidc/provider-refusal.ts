import { AuthorizationResponseError, ClientError, ResponseBodyError, WWWAuthenticateChallengeError } from 'openid-client'

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

/** Errors that are a matter of the provider, or of the proxy's registration, and say nothing of whoever signs in. */
const OURS = new Set([
  'server_error',
  'temporarily_unavailable',
  'invalid_client',
  'unauthorized_client',
  'unsupported_grant_type',
])

/** Null: the provider has not answered, or not as one that is well. */
export function refusalIn(error: unknown): ProviderRefusal | null {
  if (error instanceof ProviderRefusal) return error
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError) {
    if (error instanceof ResponseBodyError && (error.status >= 500 || error.status === 429)) return null
    const name = CODE.test(error.error) ? error.error : 'unknown'
    return OURS.has(name) ? null : new ProviderRefusal(`the provider answers \`${name}\``, name)
  }
  if (error instanceof WWWAuthenticateChallengeError)
    return new ProviderRefusal('the provider refuses the access token that it gave')
  if (!(error instanceof Error)) return null
  const { code } = error as Error & { code?: unknown }
  // An answer with another status, or none that is JSON: it is not well. Everything else of this kind is an answer that does not hold.
  if (code === 'OAUTH_RESPONSE_IS_NOT_CONFORM' || code === 'OAUTH_RESPONSE_IS_NOT_JSON' || code === 'OAUTH_PARSE_ERROR')
    return null
  if (typeof code === 'string' && code.startsWith('OAUTH_') && !UNANSWERED.has(code))
    return new ProviderRefusal(`what the provider answers does not hold: ${error.message}`)
  return error instanceof ClientError && !UNANSWERED.has(String(code))
    ? new ProviderRefusal(`what the provider answers does not hold: ${error.message}`)
    : null
}

const UNANSWERED = new Set(['OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_KEY_SELECTION_FAILED'])
export function isUnknownKey(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'OAUTH_KEY_SELECTION_FAILED'
}

const CODE = /^[a-z_]{1,64}$/
