import type { Manifest } from '../abi/index.ts'

/** Supported requirements; each line needs a test. A bundle that needs more is refused: no rule is silently ignored. */
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
 * Returns what the policy needs and this runtime lacks, sorted. Includes methods of identities, listed or not: their callers must
 * not get in by another.
 *
 * @param has supported needs; default: the proxy's
 */
export function lackingNeeds(
  { needs, identities }: Manifest,
  has: (need: string) => boolean = (need) => SUPPORTED_NEEDS.has(need),
): readonly string[] {
  const methods = identities.flatMap((identity) => identity.methods.map((method) => `identity:${method}`))
  return [...new Set([...needs, ...methods])].filter((need) => !has(need)).sort()
}
