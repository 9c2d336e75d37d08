import { type FetchDeps, fetchJson, ProviderProblem } from './fetch-json.ts'

/**
 * Where an issuer's metadata says that its keys are: OpenID Connect Discovery 1.0, section 4, else RFC 8414, section 3. Metadata that
 * names another issuer, by a single byte, is not this issuer's (section 3.3 there). Throws `ProviderProblem`.
 */
export async function discoverJwks(issuer: string, deps: FetchDeps): Promise<string> {
  const [openid, oauth] = metadataUrls(issuer)
  const metadata = await fetchJson(openid, deps).catch((error: unknown) => {
    // An answer that there is nothing: then it may be in the other place. Silence there is silence here too.
    if (error instanceof ProviderProblem && error.status !== null && error.status < 500) return fetchJson(oauth, deps)
    throw error
  })
  if (metadata.issuer !== issuer) throw new ProviderProblem(`the metadata of \`${issuer}\` is that of another issuer`)
  const { jwks_uri: jwks } = metadata
  if (typeof jwks !== 'string' || !URL.canParse(jwks))
    throw new ProviderProblem(`the metadata of \`${issuer}\` has no \`jwks_uri\``)
  const { protocol } = new URL(jwks)
  if (protocol !== 'https:' && !(protocol === 'http:' && issuer.startsWith('http:')))
    throw new ProviderProblem(`the \`jwks_uri\` in the metadata of \`${issuer}\` is not \`https:\``)
  return jwks
}

/** After the issuer's path, and before it. */
function metadataUrls(issuer: string): readonly [openid: string, oauth: string] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  return [`${origin}${path}/.well-known/openid-configuration`, `${origin}/.well-known/oauth-authorization-server${path}`]
}
