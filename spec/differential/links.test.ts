/** What is found before the decision means what it would have meant in it: compiled ≡ interpreted on policies about names in data. */
import { describe, expect, test } from 'vitest'
import { TABLES_EVERYWHERE } from '../../compiler/codegen/tables/emit-tables.ts'
import { emit, expressionPass, passes } from '../../compiler/index.ts'
import * as build from '../../compiler/ir/build.ts'
import { comparePositions } from '../../compiler/passes/compare-positions.ts'
import { withLinks } from '../../compiler/passes/find-links.ts'
import { linkNames } from '../../compiler/passes/link-names.ts'
import type { Pass } from '../../compiler/passes/pass.ts'
import { HIERARCHY } from '../../language/checker/types/type.ts'
import type { Model } from '../../language/index.ts'
import { type EvalRequest, helpers } from '../../runtime/abi/index.ts'
import { compiledPolicy, type PolicyOptions } from './compiled-policy.ts'
import { difference, interpreted, type Meaning } from './disagreement.ts'
import { linkedPolicy, linkedRequest } from './generate/linked.ts'
import { Random } from './generate/random.ts'
import { readPolicy } from './read-policy.ts'

/** Policies that are alike, five times as many with IAP_FULL=1, and those in which a seeded mistake is sought. */
const [POLICIES, SOUGHT] = [process.env.IAP_FULL === '1' ? 60 : 12, 60]
const REQUESTS = 60

interface Round {
  readonly text: string
  readonly model: Model
  readonly requests: readonly { readonly request: EvalRequest; readonly meaning: Meaning | string }[]
}

/** By seed, made once for all tests. */
const rounds = new Map<number, Round>()

function roundOf(seed: number): Round {
  const known = rounds.get(seed)
  if (known !== undefined) return known
  const random = new Random(seed)
  const text = linkedPolicy(random)
  const read = readPolicy({ 'policy.iap': text })
  if ('problems' in read) throw new Error(`${text}\n${read.problems[0]}`)
  const requests = Array.from({ length: REQUESTS }, () => {
    const request = linkedRequest(random)
    return { request, meaning: interpreted(read.model, request, {}) }
  })
  const round = { text, model: read.model, requests }
  rounds.set(seed, round)
  return round
}

/** The first difference, or null; `made`: how often which effect was decided. */
function differing(options: PolicyOptions, policies = SOUGHT, made = new Map<string, number>()): string | null {
  for (let seed = 1; seed <= policies; seed += 1) {
    const { text, model, requests } = roundOf(seed)
    const policy = compiledPolicy(model, { ...options, validators: 'needed' })
    for (const { request, meaning } of requests) {
      const found = difference(meaning, policy, request)
      if (found !== null) return `${found}\n${text}\n${JSON.stringify(request)}`
      const effect = typeof meaning === 'string' ? meaning : meaning.answer.effect
      made.set(effect, (made.get(effect) ?? 0) + 1)
    }
  }
  return null
}

describe('names in data', () => {
  test.each<[string, PolicyOptions]>([
    ['all passes', { passes }],
    ['all passes, tables', { passes, emit: (policy, options) => emit(policy, { ...options, tables: TABLES_EVERYWHERE }) }],
    ['alone', { passes: [linkNames] }],
    ['with comparisons', { passes: [linkNames, comparePositions] }],
  ])('%s', (_, options) => {
    const made = new Map<string, number>()
    expect(differing(options, POLICIES, made)).toBeNull()
    expect(made.get('permit')).toBeGreaterThan((POLICIES * REQUESTS) / 20)
    expect(made.get('deny')).toBeGreaterThan((POLICIES * REQUESTS) / 20)
  })

  // Nothing settles the first clause when the policy is compiled, so that even an anonymous caller is asked the second one.
  test('nobody is linked who did not call', () => {
    const text = `type Tier = "gold" | "lead"
identity role via mtls {}
data tiers: map<string, Tier>
service shop at "shop.example" { route r ANY "/a" }
forbid H on * when -9007199254740989 - 5 > 0 ? caller is role : caller is role when caller.spiffe_id in tiers
`
    const read = readPolicy({ 'policy.iap': text })
    if ('problems' in read) throw new Error(read.problems[0])
    const request = { method: 'GET', url: 'http://shop.example/a', data: { tiers: {} } } as const
    const policy = compiledPolicy(read.model, { passes, validators: 'needed' })
    expect(policy.module.identities).toHaveLength(1)
    expect(difference(interpreted(read.model, request, {}), policy, request)).toBeNull()
  })

  test('a mistake of a pass is seen: above is taken for below', () => {
    const turned = expressionPass('turned', (expression) =>
      expression.kind === 'Below' && expression.above.type.kind === 'int'
        ? build.below(expression.hierarchy, expression.above, expression.at)
        : expression,
    )
    const linking: Pass = { ...turned, run: (policy) => withLinks(turned.run(policy)) }
    expect(differing({ passes: [linkNames, linking] })).not.toBeNull()
  })

  test('a mistake of a pass is seen: positions in two hierarchies are compared', () => {
    const groups = build.data('groups', HIERARCHY)
    const mixed = expressionPass('mixed', (expression) =>
      expression.kind === 'Equal' && expression.left.kind === 'Position' && expression.right.kind === 'Position'
        ? build.equal(expression.left, build.position(groups, expression.right.text, true))
        : expression,
    )
    const linking: Pass = { ...mixed, run: (policy) => withLinks(mixed.run(policy)) }
    expect(differing({ passes: [linkNames, comparePositions, linking] })).not.toBeNull()
  })

  test('a mistake of what links is seen: one of several names is forgotten', () => {
    const link: typeof helpers.link = (datum, field) => {
      const found = helpers.link(datum, field)
      return typeof found === 'number' ? found : found.slice(1)
    }
    expect(differing({ passes, helpers: { ...helpers, link } })).not.toBeNull()
  })

  test.each<[string, (given: number) => number]>([
    ['one of the names that are above is forgotten', (bits) => bits & (bits - 1)],
    ['a name that is not there is above', (bits) => bits | (1 << 31)],
  ])('a mistake in what is above callers is seen: %s', (_, change) => {
    const ancestors: typeof helpers.ancestors = (hierarchy, field) => {
      const found = helpers.ancestors(hierarchy, field)
      if (found !== undefined) found.bits[0] = change(found.bits[0] as number)
      return found
    }
    expect(differing({ passes, helpers: { ...helpers, ancestors } })).not.toBeNull()
  })
})
