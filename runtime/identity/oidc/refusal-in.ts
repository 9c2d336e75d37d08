import { AuthorizationResponseError, ClientError, ResponseBodyError, WWWAuthenticateChallengeError } from 'openid-client'
import { ProviderRefusal } from '../provider/provider-refusal.ts'

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
  // It came by the browser, and whoever has that may have made it up: it says nothing of how the provider is.
  if (error instanceof AuthorizationResponseError)
    return new ProviderRefusal(`the provider answers \`${nameOf(error.error)}\``, nameOf(error.error))
  if (error instanceof ResponseBodyError) {
    if (error.status >= 500 || error.status === 429) return null
    const name = nameOf(error.error)
    return OURS.has(name) ? null : new ProviderRefusal(`the provider answers \`${name}\``, name)
  }
  if (error instanceof WWWAuthenticateChallengeError)
    return new ProviderRefusal('the provider refuses the access token that it gave')
  if (!(error instanceof Error)) return null
  const { code } = error as Error & { code?: unknown }
  // An answer with another status, or none that is JSON: it is not well. Everything else of this kind is an answer that does not hold.
  if (code === 'OAUTH_RESPONSE_IS_NOT_CONFORM' || code === 'OAUTH_RESPONSE_IS_NOT_JSON' || code === 'OAUTH_PARSE_ERROR')
    return null
  if (UNANSWERED.has(String(code)) || !(error instanceof ClientError)) return null
  // The library says in the cause what; it quotes names, and no values.
  const why = (error.cause as Error | undefined)?.message ?? error.message
  return new ProviderRefusal(`what the provider answers does not hold: ${why}`)
}

const UNANSWERED = new Set(['OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_KEY_SELECTION_FAILED'])

/** It does not take the proxy for its client. */
export function isDistrust(error: unknown): boolean {
  return (
    error instanceof WWWAuthenticateChallengeError || (error instanceof ResponseBodyError && error.error === 'invalid_client')
  )
}

export function isUnknownKey(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'OAUTH_KEY_SELECTION_FAILED'
}

function nameOf(code: string): string {
  return /^[a-z_]{1,64}$/.test(code) ? code : 'unknown'
}
