import { AuthorizationResponseError, ClientError, ResponseBodyError, WWWAuthenticateChallengeError } from 'openid-client'
import { ProviderProblem } from '../../provider/fetch-json.ts'
import { NOT_ACCEPTED, ProviderRefusal } from '../../provider/provider-refusal.ts'

/** Error codes that concern the state of the provider, not the login. */
const UNWELL = new Set(['server_error', 'temporarily_unavailable', 'slow_down'])

/**
 * Classifies an error of the OpenID library. `ProviderRefusal`: the provider refuses this login, or its response is invalid.
 * `ProviderProblem`: the provider returned another error, which has a status, or did not respond.
 */
export async function readError(error: unknown, issuer: string): Promise<ProviderRefusal | ProviderProblem> {
  if (error instanceof ProviderRefusal || error instanceof ProviderProblem) return error
  // It came through the browser and may be forged, so it says nothing about the provider's state.
  if (error instanceof AuthorizationResponseError)
    return new ProviderRefusal(
      `the identity provider answered with the error \`${nameOf(error.error)}\`: read its log`,
      nameOf(error.error),
    )
  if (error instanceof ResponseBodyError) return answered(issuer, error.status, nameOf(error.error))
  if (error instanceof WWWAuthenticateChallengeError) {
    const name = await errorIn(error.response)
    return answered(issuer, error.status, name ?? (error.status === 401 ? 'invalid_client' : null))
  }
  if (!(error instanceof Error)) return unanswered(issuer, error)
  const { code, cause } = error as Error & { code?: unknown }
  // An unexpected status or no JSON. All other errors of this kind are invalid responses.
  if (NO_ANSWER_OF_OAUTH.has(String(code))) return answered(issuer, cause instanceof Response ? cause.status : 200, null)
  if (UNANSWERED.has(String(code)) || !(error instanceof ClientError)) return unanswered(issuer, error)
  // The library's cause quotes names, but no values.
  const why = (cause as Error | undefined)?.message ?? error.message
  return new ProviderRefusal(`the response of the identity provider is not valid: ${why}; check the settings of the client there`)
}

/**
 * Returns whether an error of the OpenID library means that a token is signed by a key that the provider's known keys do not
 * include.
 */
export function isUnknownKey(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'OAUTH_KEY_SELECTION_FAILED'
}

const NO_ANSWER_OF_OAUTH = new Set(['OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON', 'OAUTH_PARSE_ERROR'])
const UNANSWERED = new Set(['OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_KEY_SELECTION_FAILED'])

function answered(issuer: string, status: number, name: string | null): ProviderRefusal | ProviderProblem {
  const says = `\`${issuer}\` answers ${status}${name === null ? '' : ` (\`${name}\`)`} to the token request`
  const advice = name === null ? undefined : NOT_ACCEPTED.get(name)
  if (advice !== undefined) return new ProviderProblem(`${says}: ${advice}`, { status, error: name })
  if (name === null || UNWELL.has(name) || status >= 500 || status === 429)
    return new ProviderProblem(says, { status, error: name })
  return new ProviderRefusal(`the identity provider answered with the error \`${name}\`: read its log`, name)
}

function unanswered(issuer: string, error: unknown): ProviderProblem {
  const { name, message, code, cause } = error as Error & { code?: unknown; cause?: { code?: unknown; message?: unknown } }
  const isLate = name === 'TimeoutError' || code === 'OAUTH_TIMEOUT'
  const why = isLate ? 'it did not respond in time' : String(cause?.code ?? cause?.message ?? message)
  return new ProviderProblem(`\`${issuer}\` cannot be reached: ${why}`)
}

/** Returns the error code in the body of a 401 response (RFC 6749, section 5.2), or `null`. */
async function errorIn(response: Response): Promise<string | null> {
  try {
    const { error } = (await response.json()) as { readonly error?: unknown }
    return typeof error === 'string' ? nameOf(error) : null
  } catch {
    return null
  }
}

function nameOf(code: string): string {
  return /^[a-z_]{1,64}$/.test(code) ? code : 'unknown'
}
