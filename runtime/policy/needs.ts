import type { Manifest } from '../abi/index.ts'

/**
 * What this runtime can do of what a policy may ask: the one table. Whoever adds a line adds its test. A bundle that asks for
 * more is refused by name, so that a rule is never passed over in silence.
 */
export const SUPPORTED_NEEDS: ReadonlySet<string> = new Set([
  'identity:jwt',
  'identity:oauth2',
  'identity:oidc',
  'identity:saml',
  'identity:api_key',
  'identity:custom',
  'identity:mtls',
  'body',
  'data',
  'expiry',
  'header',
  'limit',
  'mtls',
  'query',
  'requirement',
  'rpc',
  'shadow',
])

/**
 * What the policy asks for and this runtime lacks, sorted. A method of an identity is one, said in `needs` or not: callers who
 * prove themselves by a method that is lacking must not get in by another.
 *
 * @param has what the runtime can do; the proxy's where left out
 */
export function lackingNeeds(
  { needs, identities }: Manifest,
  has: (need: string) => boolean = (need) => SUPPORTED_NEEDS.has(need),
): readonly string[] {
  const methods = identities.flatMap((identity) => identity.methods.map((method) => `identity:${method}`))
  return [...new Set([...needs, ...methods])].filter((need) => !has(need)).sort()
}
