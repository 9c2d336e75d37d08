/** Tries invariants on many random requests. That is no proof; `iap prove` gives one. */
import type { Invariant, Model } from '../../../language/checker/model.ts'
import { finish, type Steps } from '../../../language/steps.ts'
import type { Expression } from '../../../language/syntax/ast.ts'
import type { EvalAnswer, EvalRequest, InvariantResult } from '../../../runtime/abi/index.ts'
import { constantsOf } from './constants.ts'
import { generateRequest } from './generate-request.ts'
import { partsOf } from './part-of-model.ts'
import { Random } from './random.ts'
import { shrinkRequest } from './shrink-request.ts'
import { testBlock } from './test-block.ts'

export interface TriedInvariant extends Pick<InvariantResult, 'name' | 'requests'> {
  readonly invariant: Invariant
  readonly verdict: 'tried' | 'broken'
  /** For a broken one: a request that breaks it, as a `test` block with a comment on what is wrong. */
  readonly witness: string | null
}

/**
 * Returns the answer to a request, and the values of the conditions of its route's invariants: true, false, or anything else for
 * an error. A condition that could not be evaluated is absent.
 */
export type AskInvariants = (request: EvalRequest) => {
  readonly answer: EvalAnswer
  readonly values: ReadonlyMap<Expression, unknown>
}

export interface TryOptions {
  /** The number of requests per invariant. Default: 2,000, or fewer if there are many, so that all together get 12,000. */
  readonly requests?: number
  readonly seed?: number
  /** Returns whether to stop. Default: never, as results would depend on the machine. */
  readonly isOver?: () => boolean
}

const REQUESTS = 2_000
/** Takes some seconds for a policy of hundreds of teams with an invariant each. */
const REQUESTS_IN_ALL = 12_000

function requestsEach({ invariants }: Model): number {
  return Math.min(REQUESTS, Math.ceil(REQUESTS_IN_ALL / Math.max(1, invariants.length)))
}

/** In the order of `model.invariants`. Equal models give equal results. */
export function tryInvariants(model: Model, ask: AskInvariants, options: TryOptions = {}): readonly TriedInvariant[] {
  return finish(tryInvariantsInSteps(model, ask, options))
}

/** As `tryInvariants`. Each step tries one request. */
export function* tryInvariantsInSteps(
  model: Model,
  ask: AskInvariants,
  options: TryOptions = {},
): Steps<readonly TriedInvariant[]> {
  const { requests = requestsEach(model), seed = 1, isOver = () => false } = options
  const partOf = partsOf(model)
  const random = new Random(seed)
  const tried = new Map(model.invariants.map((invariant) => [invariant, 0]))
  const broken = new Map<Invariant, string>()
  for (const route of model.routes) {
    const part = partOf(route)
    const concerned = part.invariants
    if (concerned.length === 0) continue
    const constants = constantsOf(part)
    // An invariant on several routes has a share on each; requests for other invariants count in addition.
    const count = Math.max(0, ...concerned.map(({ routes }) => Math.ceil(requests / routes.length)))
    for (let at = 0; at < count && !isOver() && !concerned.every((invariant) => broken.has(invariant)); at++) {
      const request = generateRequest(part, route, constants, random)
      const asked = ask(request)
      for (const invariant of concerned) {
        if (broken.has(invariant)) continue
        const verdict = judge(invariant, asked)
        if (verdict !== null) tried.set(invariant, (tried.get(invariant) ?? 0) + 1)
        if (verdict === 'broken') broken.set(invariant, witnessOf(invariant, request, ask))
      }
      yield
    }
  }
  return model.invariants.map((invariant) => ({
    name: invariant.name,
    invariant,
    requests: tried.get(invariant) ?? 0,
    verdict: broken.has(invariant) ? 'broken' : 'tried',
    witness: broken.get(invariant) ?? null,
  }))
}

/** Returns null if the request did not reach a decision on one of the invariant's routes. */
export function judge(
  { routes, form, condition }: Invariant,
  { answer, values }: ReturnType<AskInvariants>,
): 'kept' | 'broken' | null {
  if (answer.effect === 'reject' || answer.reason === 'data' || !routes.some(({ name }) => name === answer.route)) return null
  if (condition !== null && !values.has(condition)) return null
  const value = condition === null ? true : values.get(condition)
  const permitted = answer.effect === 'permit'
  if (value !== true && value !== false) return 'broken'
  const keeps = {
    'permitted-only-when': value || !permitted,
    'permitted-when': permitted || !value,
    'denied-when': !(permitted && value),
  }
  return keeps[form] ? 'kept' : 'broken'
}

export function witnessOf(invariant: Invariant, request: EvalRequest, ask: AskInvariants): string {
  const least = shrinkRequest(request, (smaller) => judge(invariant, ask(smaller)) === 'broken')
  const asked = ask(least)
  return `// ${complaint(invariant, asked)}\n${testBlock(`${invariant.name} is broken`, least, asked.answer)}`
}

function complaint(invariant: Invariant, { answer, values }: ReturnType<AskInvariants>): string {
  const { name, form, condition, declaration } = invariant
  const shown = declaration.kind === 'PropertyDeclaration' ? `the test ${JSON.stringify(name)}` : `the invariant ${name}`
  const value = condition === null ? true : values.get(condition)
  if (value !== true && value !== false) return `the condition of ${shown} cannot be evaluated`
  const says = answer.effect === 'permit' ? 'this is permitted' : 'this is not permitted'
  const words = {
    'permitted-only-when': 'its condition is false',
    'permitted-when': 'its condition is true',
    'denied-when': 'its condition is true',
  }
  return `${says}, against ${shown}${condition === null ? '' : `: ${words[form]}`}`
}
