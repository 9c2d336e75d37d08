import type { Model } from '../../../language/index.ts'
import type { EvalRequest } from '../../../runtime/abi/index.ts'
import type { Policy } from '../../../runtime/policy/index.ts'
import { difference, interpreted, type Meaning, messageOf } from '../disagreement.ts'
import { fitsSchemaOf } from '../generate/documents.ts'
import { generatePolicy } from '../generate/policy.ts'
import { Random } from '../generate/random.ts'
import { RequestGenerator } from '../generate/request.ts'
import { readPolicy } from '../read-policy.ts'
import { watchingInvariants } from '../watched-invariants.ts'
import type { Fault } from './fault.ts'

interface Round {
  readonly model: Model
  readonly decisions: readonly { readonly request: EvalRequest; readonly meaning: Meaning | string }[]
}

const DECISIONS_PER_POLICY = 40
/** One policy in so many may be of any kind. */
const SHOWING = 3

/** Policies and requests with what they mean, made once for all faults. */
export class Rounds {
  readonly #made: Round[] = []
  #next: number

  constructor(seed: number) {
    this.#next = seed
  }

  /** After how many decisions the fault shows; null if not within `limit`. A module that cannot be made shows it, too. */
  find(fault: Fault, limit: number, onRound: () => void = () => {}): number | null {
    for (let at = 0; at * DECISIONS_PER_POLICY < limit; at += 1) {
      onRound()
      const { model, decisions } = this.#round(at)
      const policy = compiledWith(fault, model)
      if (typeof policy === 'string') return at * DECISIONS_PER_POLICY + 1
      const found = decisions.findIndex(({ request, meaning }) => difference(meaning, policy, request) !== null)
      if (found !== -1) return at * DECISIONS_PER_POLICY + found + 1
    }
    return null
  }

  #round(at: number): Round {
    const known = this.#made[at]
    if (known !== undefined) return known
    const seed = this.#next
    // Other worlds, rather than the same ones with other rules; none with bodies by a schema, which the validators alone look at.
    this.#next += 5
    const read = readPolicy(generatePolicy(seed))
    if ('problems' in read || read.model.routes.some(({ body }) => (body?.schema ?? null) !== null)) return this.#round(at)
    // Where headers show what values are, mistakes in these are seen soonest.
    const shows = read.model.rules.some(({ name }) => name.startsWith('probe'))
    if (!shows && at % SHOWING !== 0) return this.#round(at)
    const model = watchingInvariants(read.model)
    const requests = new RequestGenerator(model, new Random(seed))
    const decisions = Array.from({ length: DECISIONS_PER_POLICY }, () => {
      const request = requests.request()
      return { request, meaning: interpreted(model, request, { fitsSchema: fitsSchemaOf(model) }) }
    })
    const round = { model, decisions }
    this.#made.push(round)
    return round
  }
}

function compiledWith(fault: Fault, model: Model): Policy | string {
  try {
    return fault.compile(model)
  } catch (error) {
    return messageOf(error)
  }
}
