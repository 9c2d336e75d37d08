import type { Model } from '../../language/index.ts'
import type { EvalRequest } from '../../runtime/abi/index.ts'
import { type Interpretation, interpret } from '../interpreter/index.ts'
import { difference } from './disagreement.ts'
import type { Fault } from './faults.ts'
import { generatePolicy } from './generate-policy.ts'
import { RequestGenerator } from './generate-request.ts'
import { Random } from './random.ts'
import { readPolicy } from './read-policy.ts'

interface Round {
  readonly model: Model
  readonly decisions: readonly { readonly request: EvalRequest; readonly interpreted: Interpretation }[]
}

const DECISIONS_PER_POLICY = 20

/** Policies and requests with what they mean, made once for all faults. */
export class Rounds {
  readonly #made: Round[] = []
  readonly #seed: number

  constructor(seed: number) {
    this.#seed = seed
  }

  /** After how many decisions the fault shows; null if not within `limit`. */
  find(fault: Fault, limit: number): number | null {
    for (let at = 0; at * DECISIONS_PER_POLICY < limit; at += 1) {
      const { model, decisions } = this.#round(at)
      const policy = fault.compile(model)
      const found = decisions.findIndex(({ request, interpreted }) => difference(interpreted, policy, request) !== null)
      if (found !== -1) return at * DECISIONS_PER_POLICY + found + 1
    }
    return null
  }

  #round(at: number): Round {
    const known = this.#made[at]
    if (known !== undefined) return known
    const read = readPolicy(generatePolicy(this.#seed + at))
    if ('problems' in read) throw new Error(`policy ${this.#seed + at} does not check: ${read.problems[0]}`)
    const requests = new RequestGenerator(read.model, new Random(this.#seed + at))
    const decisions = Array.from({ length: DECISIONS_PER_POLICY }, () => {
      const request = requests.request()
      return { request, interpreted: interpret(read.model, request) }
    })
    const round = { model: read.model, decisions }
    this.#made.push(round)
    return round
  }
}
