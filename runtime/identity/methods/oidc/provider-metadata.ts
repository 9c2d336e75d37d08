import { endpointIn, type Metadata, otherIssuer } from '../../provider/discover.ts'
import { type FetchDeps, fetchJson, ProviderProblem } from '../../provider/fetch-json.ts'

/** Members of the provider metadata that sign-in needs. The OpenID library receives the other members, too. */
export interface ProviderMetadata extends Readonly<Record<string, unknown>> {
  readonly issuer: string
  readonly authorization_endpoint: string
  readonly token_endpoint: string
  readonly jwks_uri: string
  readonly userinfo_endpoint?: string
  readonly end_session_endpoint?: string
}

const REQUIRED = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const
const OPTIONAL = ['userinfo_endpoint', 'end_session_endpoint'] as const

/**
 * Fetches the metadata of a provider (OpenID Connect Discovery 1.0, section 4).
 *
 * @throws ProviderProblem if there is no usable response, or the issuer in it does not match byte for byte
 */
export async function discoverProvider(issuer: string, deps: FetchDeps): Promise<ProviderMetadata> {
  const { origin, pathname } = new URL(issuer)
  const metadata = await fetchJson(`${origin}${pathname.replace(/\/$/, '')}/.well-known/openid-configuration`, deps)
  if (metadata.issuer !== issuer) throw otherIssuer(issuer, metadata)
  for (const name of REQUIRED) checkEndpoint(metadata, name, issuer)
  for (const name of OPTIONAL) if (metadata[name] !== undefined) checkEndpoint(metadata, name, issuer)
  return metadata as ProviderMetadata
}

function checkEndpoint(metadata: Metadata, name: string, issuer: string): void {
  if (new URL(endpointIn(metadata, name, issuer)).hash !== '')
    throw new ProviderProblem(
      `the \`${name}\` in the metadata of \`${issuer}\` has a fragment (\`#…\`): correct it at the provider`,
    )
}
