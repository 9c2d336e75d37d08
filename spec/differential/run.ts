/** A run: so many decisions over generated policies, each by the interpreter and by every compilation that is under test. */
import { passes } from '../../compiler/index.ts'
import type { Model } from '../../language/index.ts'
import type { EvalRequest } from '../../runtime/abi/index.ts'
import type { Policy } from '../../runtime/policy/index.ts'
import { compiledPolicy } from './compiled-policy.ts'
import { Coverage } from './coverage.ts'
import { compare, difference } from './disagreement.ts'
import { generatePolicy, type PolicyText } from './generate-policy.ts'
import { RequestGenerator } from './generate-request.ts'
import { Random } from './random.ts'
import { readPolicy } from './read-policy.ts'

/** Decisions over one policy. */
export const REQUESTS_PER_POLICY = 100

export interface Counterexample {
  readonly seed: number
  readonly compilation: string
  readonly text: PolicyText
  readonly request: EvalRequest
  readonly difference: string
}

export interface Run {
  readonly decisions: number
  readonly policies: number
  /** How many decisions had which effect: `permit`, `deny by a forbid`, … */
  readonly mix: ReadonlyMap<string, number>
  readonly coverage: Coverage
  /** Policies that did not check: mistakes of the generator. */
  readonly rejected: readonly string[]
  /** The first one that was found, if any. */
  readonly counterexample: Counterexample | null
}

/** What a model is compiled to, by name. */
export type Compilations = Readonly<Record<string, (model: Model) => Policy>>

/** All passes, none, each alone. */
export const compilations: Compilations = {
  'all passes': (model) => compiledPolicy(model),
  'no passes': (model) => compiledPolicy(model, { passes: [] }),
  ...Object.fromEntries(
    passes.map((pass) => [`${pass.name} alone`, (model: Model) => compiledPolicy(model, { passes: [pass] })]),
  ),
}

/** The same seed gives the same run. It ends at the first disagreement, or after so many decisions. */
export async function run(seed: number, decisions: number, under: Compilations = compilations): Promise<Run> {
  const coverage = new Coverage()
  const mix = new Map<string, number>()
  const rejected: string[] = []
  let made = 0
  let policies = 0
  let counterexample: Counterexample | null = null
  for (let policySeed = seed; made < decisions && counterexample === null; policySeed += 1) {
    // A test runner wants to hear of a worker now and then.
    await new Promise(setImmediate)
    const text = generatePolicy(policySeed)
    const read = readPolicy(text)
    if ('problems' in read) {
      rejected.push(`policy ${policySeed}: ${read.problems[0]}`)
      continue
    }
    const { model } = read
    policies += 1
    const compiled = Object.entries(under).map(([name, compile]) => [name, compile(model)] as const)
    const requests = new RequestGenerator(model, new Random(policySeed ^ 0x5eed))
    const observe = coverage.observe(model)
    for (let at = 0; at < REQUESTS_PER_POLICY && made < decisions && counterexample === null; at += 1) {
      const request = requests.request()
      made += 1
      const [first, ...others] = compiled
      if (first === undefined) throw new Error('there is nothing to compare')
      const { interpreted, difference: found } = compare(model, first[1], request, { observe })
      const effect = coverage.decided(model, request, interpreted)
      mix.set(effect, (mix.get(effect) ?? 0) + 1)
      let disagreement = found === null ? null : ([first[0], found] as const)
      for (const [name, policy] of others) {
        if (disagreement !== null) break
        const other = difference(interpreted, policy, request)
        if (other !== null) disagreement = [name, other]
      }
      if (disagreement !== null) {
        counterexample = { seed: policySeed, compilation: disagreement[0], text, request, difference: disagreement[1] }
      }
    }
  }
  return { decisions: made, policies, mix, coverage, rejected, counterexample }
}
