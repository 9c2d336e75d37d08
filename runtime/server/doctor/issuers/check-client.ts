import { randomUUID } from 'node:crypto'
import { callbackPath } from '../../../identity/index.ts'
import type { OidcConfig } from '../../../identity/methods/oidc/oidc-config.ts'
import { ClientEndpoint } from '../../../identity/provider/client-endpoint.ts'
import type { Metadata } from '../../../identity/provider/discover.ts'
import { ProviderProblem } from '../../../identity/provider/fetch-json.ts'
import type { OAuthClient } from '../../../identity/provider/oauth-client.ts'
import { credentialAdvice, providerAdvice } from '../advice.ts'
import type { Reporter, Verdict } from '../diagnosis.ts'

/** Maximum size of a token endpoint's response in bytes. */
const MOST = 65_536

/** The proxy as the client of an identity's issuer. */
export interface ClientOf {
  readonly client: OAuthClient
  /** Milliseconds to wait for one response. */
  readonly patience: number
}

/**
 * Checks whether a provider accepts the proxy as its client: exchanges an authorization code that was never issued. A provider
 * that accepts the client answers `invalid_grant`, and nothing is changed there.
 */
export async function checkClient(
  name: string,
  { issuer, clientId }: OidcConfig,
  metadata: Metadata,
  { client, patience }: ClientOf,
  report: Reporter,
): Promise<void> {
  const place = `identities.${name}.clientId`
  const more = { check: 'client-credentials', place } as const
  const url = String(metadata.token_endpoint)
  const endpoint = new ClientEndpoint(issuer, 'token_endpoint', null, client, {
    fetchTimeout: patience,
    monotonic: () => performance.now(),
  })
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    code: `iap-doctor-${randomUUID()}`,
    redirect_uri: `https://iap-doctor.invalid${callbackPath(name)}`,
    code_verifier: `iap-doctor-${randomUUID()}`,
  })
  try {
    await endpoint.ask(form, MOST)
    report('warning', `\`${url}\` accepts an authorization code that was never issued`, {
      ...more,
      advice: 'check that the address is a token endpoint',
    })
  } catch (error) {
    if (!(error instanceof ProviderProblem)) throw error
    const { result, message, advice } = judge(error, url, clientId, name)
    report(result, message, { ...more, ...(advice !== null && { advice }) })
  }
}

interface Judged {
  readonly result: Verdict
  readonly message: string
  readonly advice: string | null
}

/** Judges an error response (RFC 6749, section 5.2). */
function judge(problem: ProviderProblem, url: string, clientId: string, name: string): Judged {
  const { status, error, message } = problem
  if (error === 'invalid_grant') return { result: 'ok', message: `\`${url}\` accepts the client \`${clientId}\``, advice: null }
  if (error === 'invalid_client' || status === 401 || status === 403)
    return {
      result: 'problem',
      message: `${message}: it does not accept the client \`${clientId}\``,
      advice: credentialAdvice(name),
    }
  if (error === 'unauthorized_client' || error === 'unsupported_grant_type')
    return {
      result: 'problem',
      message: `${message}: the client \`${clientId}\` must not exchange authorization codes`,
      advice: 'allow the authorization code grant for this client at the provider',
    }
  if (error !== null)
    return {
      result: 'warning',
      message: `${message}, so it is not known whether it accepts the client \`${clientId}\``,
      advice: 'allow the authorization code grant for this client at the provider, or read in its log what it refuses',
    }
  return { result: 'problem', message, advice: providerAdvice(problem, name) }
}
