/** Which cases no wire can carry to the running proxy, and why. */
import { type Compiled, compile } from '../../compiler/index.ts'
import { SUPPORTED_NEEDS } from '../../runtime/policy/index.ts'
import type { Case, Construct } from './cases.ts'

/** Where a request does not say (`README.md`). */
export const TIME = '2026-01-01T12:00:00Z'

const compiledModels = new WeakMap<Construct['model'], Compiled>()

/** Compiled once for all that is asked of it. */
export function compiledOf({ model }: Construct): Compiled {
  const compiled = compiledModels.get(model) ?? compile(model)
  compiledModels.set(model, compiled)
  return compiled
}

/** What the policy asks for and the proxy refuses it for, sorted. */
export function lackingNeeds(construct: Construct): readonly string[] {
  return compiledOf(construct).needs.filter((need) => !SUPPORTED_NEEDS.has(need))
}

/** Why a case cannot be put on a wire to this version of the proxy, by rule; null where it can. */
export function offWire({ request, expect }: Case, { model }: Construct, lacking: readonly string[]): string | null {
  const { caller } = request
  if (lacking.length > 0) return 'a policy that the proxy refuses'
  if (['url-invalid', 'host-mismatch', 'bad-eval-request'].includes(expect.code ?? ''))
    return 'what only a written request can have'
  if (!isWhole(request.time) || !isWhole(caller?.auth?.time)) return 'a time between two milliseconds'
  // Over real TLS, with certificates that say so: `tests/tls/identity-mtls.test.ts`.
  if (request.mtls) return 'the certificate of a connection'
  if (caller === undefined || caller === null) return null
  if (!model.identities.some(({ name }) => name === caller.identity)) return 'an identity that nothing is configured for'
  if (methodOf(model, caller.identity) === 'mtls') return 'a caller by its certificate'
  const isObject = typeof caller.claims === 'object' && caller.claims !== null && !Array.isArray(caller.claims)
  if (methodOf(model, caller.identity) === 'api_key') {
    if (caller.auth !== undefined) return 'how a key has signed in'
    if (typeof (caller.claims as { readonly sub?: unknown } | null)?.sub !== 'string') return 'a key of nobody'
  }
  // A token of nobody, and one with an escaped half of a surrogate pair, are refused before their claims are looked at.
  if (isObject && (caller.claims as { readonly sub?: unknown }).sub === '') return 'claims that no token can have'
  return isObject && !/\\ud[89a-f]/.test(JSON.stringify(caller.claims)) ? null : 'claims that no token can have'
}

/** A clock of milliseconds can show it. */
function isWhole(time = TIME): boolean {
  return !/\.\d{3}\d*[1-9]/.test(time)
}

/** By what a caller of the identity shows who it is. */
export function methodOf(
  model: Construct['model'],
  identity: string,
): 'jwt' | 'oidc' | 'oauth2' | 'saml' | 'api_key' | 'custom' | 'mtls' {
  const methods = model.identities.find(({ name }) => name === identity)?.methods ?? []
  if (methods.includes('saml')) return 'saml'
  const alone = (['oidc', 'oauth2', 'api_key', 'custom', 'mtls'] as const).find((method) => methods[0] === method)
  return methods.length === 1 ? (alone ?? 'jwt') : 'jwt'
}
