/** A run: so many decisions over generated policies, each by the interpreter and by compiled code. */

import { EvalFailure, type Observe } from '../../interpreter/index.ts'
import type { Model } from '../../language/index.ts'
import type { EvalRequest } from '../../runtime/abi/index.ts'
import { type Build, buildAll } from './builds.ts'
import { wrongFacts } from './checked-facts.ts'
import { unneededGuard } from './checked-guards.ts'
import { compilationsOf } from './compilations.ts'
import { Coverage } from './coverage/index.ts'
import { difference, interpreted, messageOf } from './disagreement.ts'
import { fitsSchemaOf } from './generate/documents.ts'
import { generatePolicy, POLICIES_PER_WORLD, type PolicyText } from './generate/policy.ts'
import { Random } from './generate/random.ts'
import { RequestGenerator } from './generate/request.ts'
import { wrongExplanation } from './otherwise.ts'
import { readPolicy } from './read-policy.ts'
import { isOfType } from './typed-value.ts'
import { watchingInvariants } from './watched-invariants.ts'

/** Decisions over one policy, where nobody says otherwise. */
const REQUESTS_PER_POLICY = 150
/** What the explanation of one decision in so many says would have to be otherwise is made so. */
const MADE_OTHERWISE = 40
/** The guards of one policy in so many are looked at. */
const GUARDS_LOOKED_AT = 10
/** One world in so many has all validators. */
const WORLDS_PER_VALIDATED = 16

/** In the place of a compilation, where an explanation is wrong. */
export const OTHERWISE = 'made otherwise'

export interface Counterexample {
  readonly seed: number
  readonly compilation: string
  readonly text: PolicyText
  /** Null where the policy alone is enough. */
  readonly request: EvalRequest | null
  readonly difference: string
}

export interface Run {
  readonly decisions: number
  readonly policies: number
  /** Of how many decisions a compilation agrees with the interpreter. */
  readonly compared: ReadonlyMap<string, number>
  /** Of these, how many it was asked: of the others it has the code of a compilation before it. */
  readonly asked: ReadonlyMap<string, number>
  /** How many rules were made otherwise, as explanations of refusals say, by effect. */
  readonly otherwise: ReadonlyMap<string, number>
  /** How many decisions had which effect: `permit`, `deny by a forbid`, … */
  readonly mix: ReadonlyMap<string, number>
  readonly coverage: Coverage
  /** Policies that did not check: mistakes of the generator, or of the checker. */
  readonly rejected: readonly string[]
  /** The first one that was found, if any. */
  readonly counterexample: Counterexample | null
}

/** Whether to go on, after each policy. */
export type Until = (sofar: Pick<Run, 'decisions' | 'policies' | 'coverage'>) => boolean

/**
 * The same seed gives the same run. It ends at the first disagreement, or where `isEnough`.
 *
 * @param every one policy in so many is compiled by a pass alone, each pass in its turn
 */
export async function run(seed: number, isEnough: Until, requests = REQUESTS_PER_POLICY, every = 1): Promise<Run> {
  const coverage = new Coverage()
  const counts: Counts = { mix: new Map(), compared: new Map(), asked: new Map(), otherwise: new Map() }
  const rejected: string[] = []
  let [decisions, policies] = [0, 0]
  let counterexample: Counterexample | null = null
  for (let policySeed = seed; counterexample === null && !isEnough({ decisions, policies, coverage }); policySeed += 1) {
    // A test runner wants to hear of a worker now and then.
    await new Promise(setImmediate)
    const text = generatePolicy(policySeed)
    const read = readPolicy(text)
    if ('problems' in read) {
      rejected.push(`policy ${policySeed}: ${read.problems[0]}`)
      continue
    }
    policies += 1
    const wrong = wrongFact(text, read.model, policySeed)
    const asked = new PolicyRun(read.model, { seed: policySeed, every }, coverage, counts)
    const found = wrong === null ? asked.ask(requests) : { compilation: 'checker', request: null, difference: wrong }
    decisions += asked.decisions
    if (found !== null) counterexample = { ...found, seed: policySeed, text }
  }
  return { decisions, policies, ...counts, coverage, rejected, counterexample }
}

/** What the checker has noted wrongly. Guards are looked at now and then, as each is put out of action in turn. */
function wrongFact(text: PolicyText, model: Model, seed: number): string | null {
  const [wrong] = wrongFacts(model)
  if (wrong !== undefined) return wrong
  return seed % GUARDS_LOOKED_AT === 0 ? unneededGuard(text, new Random(seed), 6) : null
}

type Found = Omit<Counterexample, 'seed' | 'text'>

interface Counts {
  readonly mix: Map<string, number>
  readonly compared: Map<string, number>
  readonly asked: Map<string, number>
  readonly otherwise: Map<string, number>
}

class PolicyRun {
  decisions = 0
  readonly #model: Model
  readonly #seed: number
  readonly #every: number
  readonly #coverage: Coverage
  readonly #counts: Counts

  constructor(model: Model, { seed, every }: { seed: number; every: number }, coverage: Coverage, counts: Counts) {
    this.#model = watchingInvariants(model)
    this.#seed = seed
    this.#every = every
    this.#coverage = coverage
    this.#counts = counts
  }

  ask(requests: number): Found | null {
    const model = this.#model
    const validators = validatorsFor(this.#seed)
    const builds = this.#build()
    if ('difference' in builds) return builds
    const generator = new RequestGenerator(model, new Random(this.#seed ^ 0x5eed))
    const options = { observe: observer(model, this.#coverage), fitsSchema: fitsSchemaOf(model) }
    for (let at = 0; at < requests; at += 1) {
      const request = generator.request()
      const meaning = interpreted(model, request, options)
      this.decisions += 1
      if (typeof meaning !== 'string') increment(this.#counts.mix, this.#coverage.decided(model, request, meaning))
      for (const { name, on } of builds) {
        const policy = on(typeof meaning === 'string' ? null : meaning.answer.route)
        const found = policy && difference(meaning, policy, request)
        if (found !== null) return { compilation: name, request, difference: found }
        increment(this.#counts.compared, name)
        if (policy !== null) increment(this.#counts.asked, name)
      }
      if (at % MADE_OTHERWISE > 0 || typeof meaning === 'string') continue
      const wrong = wrongExplanation({ model, request, validators }, meaning, ({ effect }) =>
        increment(this.#counts.otherwise, effect),
      )
      if (wrong !== null) return { compilation: OTHERWISE, request, difference: wrong }
    }
    return null
  }

  #build(): readonly Build[] | Found {
    let compilation = ''
    try {
      const onBuild = (name: string) => {
        compilation = name
      }
      return buildAll(this.#model, validatorsFor(this.#seed), onBuild, compilationsOf(this.#seed, this.#every))
    } catch (error) {
      return { compilation, request: null, difference: `compiling threw: ${messageOf(error)}` }
    }
  }
}

export function validatorsFor(seed: number): 'all' | 'needed' {
  return Math.floor(seed / POLICIES_PER_WORLD) % WORLDS_PER_VALIDATED === 0 ? 'all' : 'needed'
}

/** Counts what is evaluated, and asks of every value that it is of the type that the checker has found. */
export function observer(model: Model, coverage = new Coverage()): Observe {
  const observe = coverage.observer(model)
  return (expression, result) => {
    observe(expression, result)
    if (result instanceof EvalFailure || isOfType(result, model.typeOf(expression))) return
    const { source, start, end } = expression.span
    throw new TypeError(`${source.text.slice(start, end)} is not of its type`)
  }
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
