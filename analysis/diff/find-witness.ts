import { type Constants, constantsOf } from '../../compiler/testing/invariants/constants.ts'
import { generateRequest } from '../../compiler/testing/invariants/generate-request.ts'
import { Random } from '../../compiler/testing/invariants/random.ts'
import { shrinkRequest } from '../../compiler/testing/invariants/shrink-request.ts'
import { testBlock } from '../../compiler/testing/invariants/test-block.ts'
import type { Datum, Identity, Model } from '../../language/checker/model.ts'
import type { EvalAnswer, EvalRequest } from '../../runtime/abi/index.ts'
import { type Edge, FALSE } from '../bdd/bdd.ts'
import type { Encoding } from '../symbolic/domain/encoding.ts'
import { buildRequest, type WitnessCaller } from '../witness/build-request.ts'
import { type Ask, answerText, type Direction, directionOf } from './answers.ts'
import type { Mishap, Side } from './decode-refusals.ts'
import { varyRequest } from './vary-request.ts'

/** A request that two policies answer differently, with the answers. */
export interface Witness {
  readonly shows: Direction
  readonly request: EvalRequest
  readonly before: EvalAnswer
  readonly after: EvalAnswer
  /** Source text of a `test` block with the request, which expects the newer policy's answer. */
  readonly test: string
}

/**
 * A set of requests that may show a difference between two policies, as a function of a decision diagram. `side` is the policy
 * from which requests are generated.
 */
export interface Lead {
  readonly encoding: Encoding
  readonly where: Edge
  readonly mishaps: ReadonlyMap<number, Mishap>
  readonly side: Side
  /**
   * The other policy, whose claims and data a generated request also needs; null if that policy lacks the route or the identity.
   */
  readonly other: Side | null
}

export interface Asks {
  readonly before: Ask
  readonly after: Ask
}

const TRIES = 24
/** The numbers of random attempts where a diagram is not exact. */
const VARIANTS = 4
const GUESSES = 60

/**
 * Searches for a request on which the decisions of the two policies differ in the direction `shows`. Returns null if none is
 * found.
 *
 * @param draft evaluates by the route's part of the policies, which is faster
 * @param whole evaluates by the whole policies, to confirm a result of `draft`
 */
export function findWitness(
  leads: readonly Lead[],
  shows: Direction,
  { draft, whole }: { readonly draft: Asks; readonly whole: Asks },
  isOnRoute: (before: EvalAnswer, after: EvalAnswer) => boolean,
): Witness | null {
  const provesBy = (asks: Asks) => (request: EvalRequest) => {
    const [before, after] = [asks.before(request), asks.after(request)]
    return directionOf(before, after) === shows && isOnRoute(before, after)
  }
  const [seems, proves] = [provesBy(draft), provesBy(whole)]
  const random = new Random(1)
  for (const request of candidates(leads, random))
    if (seems(request) && proves(request)) {
      const least = shrunk(request, draft, seems)
      // A shrunk request may reach another route.
      return witnessOf(proves(least) ? least : request, shows, whole, leads)
    }
  return null
}

function* candidates(leads: readonly Lead[], random: Random): Iterable<EvalRequest> {
  const askers = leads.map((lead) => askerOf(lead, random))
  for (let tries = 0; tries < TRIES; tries++)
    for (const [at, { encoding, where, mishaps }] of leads.entries()) {
      if (where === FALSE) continue
      const assignment = encoding.diagram.satisfy(where, () => tries > 0 && random.chance(0.5))
      if (assignment === null) continue
      const request = buildRequest(encoding, assignment, askers[at] as WitnessCaller)
      const happened = [...mishaps].flatMap(([variable, mishap]) => (assignment.get(variable) === true ? [mishap] : []))
      const made = happened.reduce((one, mishap) => mishappen(one, mishap, random), request)
      yield made
      if (tries > 0) for (let again = 0; again < VARIANTS; again++) yield varyRequest(made, random)
    }
  for (let tries = 0; tries < GUESSES; tries++)
    for (const { model, route, identity, constants } of askers) {
      const request = generateRequest({ ...model, identities: identity === null ? [] : [identity] }, route, constants, random)
      if ((request.caller?.identity ?? null) === (identity?.name ?? null)) yield request
    }
}

/** The request must suit both policies' reads. */
function askerOf({ side, other }: Lead, random: Random): WitnessCaller & { readonly constants: Constants } {
  const { model, route, identity } = side
  const data = withOthers(model.data, other?.model.data ?? [])
  const whole: Model = { ...model, data }
  return { model: whole, route, identity: identity && widened(identity.model, other), constants: constantsOf(model), random }
}

function withOthers(data: readonly Datum[], others: readonly Datum[]): readonly Datum[] {
  return [...data, ...others.filter(({ name }) => data.every((one) => one.name !== name))]
}

function widened(identity: Identity, other: Side | null): Identity {
  const more = other?.identity?.model.claims ?? new Map()
  return { ...identity, claims: new Map([...more, ...identity.claims]) }
}

/** Breaks a request in a way that decoders refuse and no condition expresses. */
function mishappen(request: EvalRequest, mishap: Mishap, random: Random): EvalRequest {
  switch (mishap.kind) {
    case 'header-repeated':
      return { ...request, headers: { ...request.headers, [mishap.name]: ['x', 'x'] } }
    case 'data-missing': {
      const { [mishap.name]: _, ...data } = request.data ?? {}
      return { ...request, data }
    }
    case 'claim': {
      const { caller } = request
      if (!caller) return request
      return { ...request, caller: { ...caller, claims: withValue(caller.claims, mishap.path, random.pick(WRONG_CLAIMS)) } }
    }
    case 'query': {
      const at = `${request.url}?`.indexOf('?')
      const others = request.url
        .slice(at + 1)
        .split('&')
        .filter((pair) => pair !== '' && !pair.startsWith(`${mishap.name}=`))
      const more = random.chance(0.5) ? [] : [`${mishap.name}=~`, `${mishap.name}=~`]
      return {
        ...request,
        url: [request.url.slice(0, at), [...others, ...more].join('&')].filter((part) => part !== '').join('?'),
      }
    }
    case 'decode-error':
      return request
  }
}

/** Replaces the value at a path of keys; undefined removes it. */
function withValue(json: unknown, [key = '', ...more]: readonly string[], value: unknown): Record<string, unknown> {
  const { [key]: before, ...others } = typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {}
  const made = more.length === 0 ? value : withValue(before, more, value)
  return made === undefined ? others : { ...others, [key]: made }
}

/** No type accepts all of these. */
const WRONG_CLAIMS: readonly unknown[] = [undefined, {}, true]

/** Keeps the caller, and the kinds of both answers. */
function shrunk(found: EvalRequest, asks: Asks, seems: (request: EvalRequest) => boolean): EvalRequest {
  const said = (request: EvalRequest) =>
    JSON.stringify([asks.before(request), asks.after(request)].map(({ effect, code, reason }) => [effect, code, reason]))
  const shown = said(found)
  const isSame = (smaller: EvalRequest) =>
    smaller.caller?.identity === found.caller?.identity && seems(smaller) && said(smaller) === shown
  return shrinkRequest(found, isSame)
}

function witnessOf(request: EvalRequest, shows: Direction, asks: Asks, leads: readonly Lead[]): Witness {
  const [before, after] = [asks.before(request), asks.after(request)]
  // In a test, missing data counts as empty.
  const read = new Set(leads.flatMap(({ side }) => side.ir.data))
  const missing = [...read]
    .filter((name) => request.data?.[name] === undefined)
    .map((name) => `// data ${name} has never arrived, which a test cannot say\n`)
  const head = `// before: ${answerText(before)}\n// now:    ${answerText(after)}\n${missing.join('')}`
  return { shows, request, before, after, test: `${head}${testBlock(NAMES[shows], request, after)}` }
}

const NAMES = { more: 'newly permitted', less: 'no longer permitted', other: 'answered in another way' } as const
