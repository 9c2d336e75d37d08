import type { Model } from '../../../language/index.ts'
import { noData, type Policy } from '../../../runtime/policy/index.ts'
import { compiledPolicy } from '../../../spec/differential/compiled-policy.ts'
import { generatePolicy, POLICIES_PER_WORLD, type PolicyText } from '../../../spec/differential/generate/policy.ts'
import { Random } from '../../../spec/differential/generate/random.ts'
import { RequestGenerator } from '../../../spec/differential/generate/request.ts'
import { readPolicy } from '../../../spec/differential/read-policy.ts'

/** A generated policy whose callers a proxy can be sent over plain connections. */
export interface CarriedPolicy {
  readonly seed: number
  readonly text: PolicyText
  readonly model: Model
  /** The same policy, which `evaluate` asks. */
  readonly policy: Policy
  /** Values of all declared data, the same for all requests. */
  readonly data: Readonly<Record<string, unknown>>
  /** Names of all headers that rules set, in lower case. */
  readonly headersOfRules: readonly string[]
}

/** Why a generated policy is left out. */
export type PolicyRule = 'has callers by certificate' | 'does not check with tokens' | 'has data that no generated request has'

/** A certificate has fields that no token has. Other methods yield claims, as tokens do. */
const BY_CERTIFICATE = 'mtls'

/**
 * Returns generated policies of different worlds, from a seed on. Their identities are recognized by tokens instead of by other
 * methods with claims.
 *
 * @param leftOut gets the number of policies that were left out by each rule
 */
export function carriedPolicies(seed: number, count: number, leftOut: Map<PolicyRule, number>): readonly CarriedPolicy[] {
  const found: CarriedPolicy[] = []
  for (let at = seed; found.length < count; at += POLICIES_PER_WORLD) {
    const carried = carriedPolicy(at)
    if (typeof carried === 'string') leftOut.set(carried, (leftOut.get(carried) ?? 0) + 1)
    else found.push(carried)
  }
  return found
}

function carriedPolicy(seed: number): CarriedPolicy | PolicyRule {
  const generated = generatePolicy(seed)
  const read = readPolicy(generated)
  if ('problems' in read) throw new Error(read.problems.join('\n'))
  if (read.model.identities.some(({ methods }) => methods.includes(BY_CERTIFICATE))) return 'has callers by certificate'
  const text = Object.fromEntries(Object.entries(generated).map(([name, one]) => [name, byToken(one)]))
  const again = readPolicy(text)
  if ('problems' in again) return 'does not check with tokens'
  const { model } = again
  if (model.identities.some(({ methods }) => String(methods) !== 'jwt')) throw new Error(`policy ${seed} has other methods`)
  const policy = compiledPolicy(model)
  const data = dataOf(model, policy, seed)
  if (data === null) return 'has data that no generated request has'
  const headersOfRules = new Set(model.rules.flatMap(({ headers }) => headers.map(({ name }) => name.toLowerCase())))
  return { seed, text, model, policy, data, headersOfRules: [...headersOfRules] }
}

/** Replaces the methods of all identities. */
function byToken(text: string): string {
  return text.replace(/^(identity \w+ via )\w+(?:, \w+)*/gm, '$1jwt')
}

/** Returns values of all data that fit, of one of the generated requests. */
function dataOf(model: Model, policy: Policy, seed: number): CarriedPolicy['data'] | null {
  const generator = new RequestGenerator(model, new Random(seed))
  for (let left = 100; left > 0; left--) {
    const { data = {} } = generator.request()
    if (model.data.every(({ name }) => name in data) && policy.prepare(data, noData).ok) return data
  }
  return null
}
