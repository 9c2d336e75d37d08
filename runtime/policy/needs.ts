import type { Manifest } from '../abi/index.ts'

/**
 * Requirements of policies that this runtime supports. Each line needs a test. A bundle with other requirements is refused, so
 * that no rule is silently ignored.
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
 * Returns the requirements of a policy that this runtime does not support, sorted. Methods of identities are included even if
 * `needs` does not list them, because their callers must not authenticate by another method.
 *
 * @param has returns whether a requirement is supported; default: those of the proxy
 */
export function lackingNeeds(
  { needs, identities }: Manifest,
  has: (need: string) => boolean = (need) => SUPPORTED_NEEDS.has(need),
): readonly string[] {
  const methods = identities.flatMap((identity) => identity.methods.map((method) => `identity:${method}`))
  return [...new Set([...needs, ...methods])].filter((need) => !has(need)).sort()
}
