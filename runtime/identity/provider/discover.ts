import { quoted } from '../../base/config-error.ts'
import { type FetchDeps, fetchJson, ProviderProblem } from './fetch-json.ts'

export type Metadata = Readonly<Record<string, unknown>>

/**
 * Fetches the metadata of an issuer by OpenID Connect Discovery 1.0, section 4, or else by RFC 8414, section 3.
 *
 * @throws ProviderProblem if there is no usable response, or the issuer in it does not match exactly
 */
export async function discover(issuer: string, deps: FetchDeps): Promise<Metadata> {
  const [openid, oauth] = metadataUrls(issuer)
  const metadata = await fetchJson(openid, deps).catch((error: unknown) => {
    // Not found here, so it may be in the other place. A server that is down is down for both.
    if (error instanceof ProviderProblem && error.status !== null && error.status < 500) return fetchJson(oauth, deps)
    throw error
  })
  if (metadata.issuer !== issuer) throw otherIssuer(issuer, metadata)
  return metadata
}

/**
 * Returns the URL of an endpoint, such as `token_endpoint`, from the metadata of an issuer.
 *
 * @throws ProviderProblem unless the URL is as safe as the issuer's own
 */
export function endpointIn(metadata: Metadata, name: string, issuer: string): string {
  const url = metadata[name]
  if (typeof url !== 'string' || !URL.canParse(url))
    throw new ProviderProblem(
      `the metadata of \`${issuer}\` has no \`${name}\` that is a URL: check \`issuer\`, and the settings of the provider`,
    )
  const { protocol } = new URL(url)
  if (protocol !== 'https:' && !(protocol === 'http:' && issuer.startsWith('http:')))
    throw new ProviderProblem(`the \`${name}\` in the metadata of \`${issuer}\` is not \`https:\`: correct it at the provider`)
  return url
}

/** Returns the error for metadata that name another issuer than the configured one. */
export function otherIssuer(issuer: string, metadata: Metadata): ProviderProblem {
  const named = typeof metadata.issuer === 'string' ? `the issuer ${quoted(metadata.issuer)}` : 'no issuer'
  return new ProviderProblem(`the metadata of \`${issuer}\` name ${named}: configure the issuer exactly as they name it`)
}

/** Returns the URLs of an issuer's metadata. One appends a path to the issuer's, the other puts it before. */
function metadataUrls(issuer: string): readonly [openid: string, oauth: string] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  return [`${origin}${path}/.well-known/openid-configuration`, `${origin}/.well-known/oauth-authorization-server${path}`]
}
