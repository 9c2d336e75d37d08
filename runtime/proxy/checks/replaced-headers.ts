import type { CanonicalHeaders } from '../../../request/index.ts'
import type { FrontHeaders, HeaderChanges } from './permitted-headers.ts'

/**
 * The headers that fronts replace by those of a permit, or remove if it lacks them. Other headers with credentials, such as those
 * of a plug-in, are unknown to them.
 */
export const CREDENTIALS: readonly string[] = ['authorization', 'cookie', 'dpop', 'x-api-key']

const replaced: ReadonlySet<string> = new Set([...CREDENTIALS, 'x-iap-assertion', 'x-iap-request-id'])

/**
 * Returns the names of the client's headers, in lower case, that must not reach the service as they are, but would, as the front
 * neither removes nor replaces them. They hold credentials or sessions of the proxy.
 *
 * @param isOfRules returns whether rules of the policy set a header, which the front is configured to replace
 */
export function unreplacedHeaders(
  headers: CanonicalHeaders,
  { set, remove }: HeaderChanges,
  front: FrontHeaders,
  isOfRules: (name: string) => boolean,
): readonly string[] {
  if (front.changesAny) return []
  const isUnreplaced = (name: string) =>
    !replaced.has(name) && !isOfRules(name) && !front.removes(name) && !front.writes(name) && headers.count(name) > 0
  return [...remove, ...set.map(([name]) => name.toLowerCase())].filter(isUnreplaced)
}
