/** What a change of a policy changes, for whom: on each route, for each kind of caller, over all requests. */
import type { Model, Route } from '../../../language/semantics/model.ts'
import type { EvalAnswer, EvalRequest } from '../../../runtime/abi/index.ts'
import { lower, type PolicyIr, type RouteIr } from '../../ir/index.ts'
import { partsOf } from '../../testing/invariants/part-of-model.ts'
import { TooManyTextsError } from '../classes/texts/text-classes.ts'
import { BudgetError, type Edge, FALSE } from '../diagram/diagram.ts'
import type { Encoding, KnownClasses } from '../world/encoding.ts'
import { addressOf } from './addresses.ts'
import type { Ask, Direction } from './answers.ts'
import { type Compared, compareSides, isSide, type Missing, type Sides } from './compare-sides.ts'
import { type ChangedDeclarations, changedDeclarations } from './declarations.ts'
import type { Side } from './doors.ts'
import { type Asks, findWitness, type Lead, type Witness } from './find-witness.ts'
import { pairRoutes, type RoutePair } from './pair-routes.ts'

export type Verdict = 'more-permissive' | 'less-permissive' | 'incomparable' | 'other' | 'unknown'

/** What is not equivalent. */
export interface Change {
  /** `service.route`, as the younger policy has it; of one that is gone, as the older did. */
  readonly route: string
  /** What the older policy calls it; null: it had none there. */
  readonly was: string | null
  /** Null: nobody is known. */
  readonly identity: string | null
  readonly verdict: Verdict
  /** Whether some request is permitted that was not, or it could not be told that none is. */
  readonly mayPermitMore: boolean
  /** One for each way in which it differs. */
  readonly witnesses: readonly Witness[]
  /** Of what is unknown: what nobody can tell, as the policies have it. */
  readonly why: readonly string[]
}

export interface Difference {
  /** By route, then by identity; nobody known comes first. */
  readonly changes: readonly Change[]
  /** How many pairs of a route and a kind of caller there are, changed ones among them. */
  readonly compared: number
  readonly declarations: ChangedDeclarations
}

/** A checked policy, and who interprets it, whole or in part. */
export interface Version {
  readonly model: Model
  interpret(model: Model, request: EvalRequest): EvalAnswer
}

/** The same two policies give the same difference. */
export function difference(before: Version, after: Version): Difference {
  const paired = pairRoutes(before.model, after.model)
  const [old, young] = [readerOf(before), readerOf(after)]
  const asks = { before: old.askOf(old.model), after: young.askOf(young.model) }
  const identities = [...new Set([...before.model.identities, ...after.model.identities].map(({ name }) => name))].sort()
  const groups = new Map<string, RoutePair[]>()
  for (const pair of paired.pairs) {
    const name = nameOf(pair, paired.matched)
    groups.set(name, [...(groups.get(name) ?? []), pair])
  }
  const was = new Map(paired.matched.map((pair) => [pair.after.name, pair.before.name]))
  const gone = new Set(paired.removed.map(({ name }) => name))
  const changes: Change[] = []
  const known: KnownClasses = new Map()
  let compared = 0
  for (const [route, pairs] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1)))
    for (const identity of [null, ...identities]) {
      compared++
      const ways = pairs.map((pair) => ({
        pair,
        before: sideOf(old, pair.before, identity),
        after: sideOf(young, pair.after, identity),
        // Of what a policy says of one route, an answer takes no longer where it has a thousand.
        draft: { before: draftOf(old, pair.before), after: draftOf(young, pair.after) },
      }))
      const found = judge(ways, asks, known)
      if (found !== null) changes.push({ route, was: was.get(route) ?? (gone.has(route) ? route : null), identity, ...found })
    }
  return { changes, compared, declarations: changedDeclarations(before.model, after.model, paired) }
}

/** That of the route whose address changed: the younger one, if it is one of both. */
function nameOf(
  { before, after, unchanged }: RoutePair,
  matched: readonly { readonly before: Route; readonly after: Route }[],
): string {
  if (after === null || (before !== null && !unchanged && !isMoved(after, matched))) return (before as Route).name
  return after.name
}

type Matched = { readonly before: Route; readonly after: Route }

function isMoved(after: Route, matched: readonly Matched[]): boolean {
  const pair = matched.find((one) => one.after === after)
  return pair === undefined || addressOf(pair.before) !== addressOf(pair.after)
}

interface Reader {
  readonly model: Model
  readonly ir: PolicyIr
  readonly routes: ReadonlyMap<Route, RouteIr>
  readonly partOf: (route: Route) => Model
  readonly askOf: (model: Model) => Ask
}

function readerOf({ model, interpret }: Version): Reader {
  const ir = lower(model)
  const routes = new Map(model.routes.map((route, at) => [route, ir.routes[at] as RouteIr]))
  return { model, ir, routes, partOf: partsOf(model), askOf: (part) => (request) => interpret(part, withData(request, part)) }
}

/** What a policy does not declare, nobody brings to it. */
function withData(request: EvalRequest, { data }: Model): EvalRequest {
  const declared = new Set(data.map(({ name }) => name))
  return { ...request, data: Object.fromEntries(Object.entries(request.data ?? {}).filter(([name]) => declared.has(name))) }
}

function sideOf({ model, ir, routes, partOf }: Reader, route: Route | null, name: string | null): Side | Missing {
  if (route === null) return 'no-route'
  const at = model.identities.findIndex((one) => one.name === name)
  const known = model.identities[at]
  if (name !== null && known === undefined) return 'no-identity'
  const own = ir.identities[at]
  return {
    model: partOf(route),
    route,
    ir: routes.get(route) as RouteIr,
    identity: known === undefined || own === undefined ? null : { model: known, ir: own },
  }
}

function draftOf({ model, partOf, askOf }: Reader, route: Route | null): Ask {
  return askOf(route === null ? model : partOf(route))
}

interface Way extends Sides {
  readonly pair: RoutePair
  readonly draft: Asks
}

type Found = Omit<Change, 'route' | 'was' | 'identity'>

/** Null: they are equivalent. */
function judge(ways: readonly Way[], asks: Asks, known: KnownClasses): Found | null {
  const witnesses = new Map<Direction, Witness>()
  const open = new Map<Direction, readonly string[]>()
  for (const way of ways) {
    if (!isSide(way.before) && !isSide(way.after)) continue
    const compared = comparedOrWhy(way, known)
    if (compared === null) continue
    for (const direction of DIRECTIONS) {
      if (witnesses.has(direction) || (typeof compared !== 'string' && compared[direction] === FALSE)) continue
      // Who is permitted says more than why others are not.
      if (direction === 'other' && witnesses.size > 0) continue
      const witness =
        typeof compared === 'string'
          ? null
          : findWitness(leadsOf(way, compared, direction), direction, { draft: way.draft, whole: asks }, onRoute(way))
      if (witness !== null) witnesses.set(direction, witness)
      else open.set(direction, [...(open.get(direction) ?? []), ...whyOf(way, compared, direction)])
    }
  }
  for (const direction of witnesses.keys()) open.delete(direction)
  return foundOf(witnesses, open)
}

const DIRECTIONS: readonly Direction[] = ['more', 'less', 'other']

function comparedOrWhy(way: Way, known: KnownClasses): Compared | string | null {
  try {
    return compareSides(way, known)
  } catch (error) {
    if (error instanceof BudgetError || error instanceof TooManyTextsError) return error.message
    throw error
  }
}

/** A request that is permitted now is made as the younger policy reads it, one that was as the older one did. */
function leadsOf({ before, after }: Way, { encoding, mishaps, ...where }: Compared, direction: Direction): readonly Lead[] {
  const [old, young] = [isSide(before) ? before : null, isSide(after) ? after : null]
  const sides = [
    { side: young, other: old },
    { side: old, other: young },
  ]
  if (direction === 'less') sides.reverse()
  return sides.flatMap(({ side, other }) => (side === null ? [] : [{ encoding, mishaps, where: where[direction], side, other }]))
}

/** Whether an answer is about the routes of a pair; a reject names none. */
function onRoute({ pair }: Way): (before: EvalAnswer, after: EvalAnswer) => boolean {
  const isOf = ({ effect, route }: EvalAnswer, expected: Route | null) =>
    effect === 'reject' || route === (expected?.name ?? null)
  return (before, after) => isOf(before, pair.before) && isOf(after, pair.after)
}

function whyOf({ pair }: Way, compared: Compared | string, direction: Direction): readonly string[] {
  if (typeof compared === 'string') return [compared]
  const { encoding, apart } = compared
  const opaque = opaqueOf(encoding, compared[direction])
  const address = pair.unchanged ? [] : [pair.before, pair.after].flatMap((route) => (route === null ? [] : [addressText(route)]))
  const all = [...opaque, ...apart, ...address]
  return all.length > 0 ? all : ['no request was found that shows it']
}

/** What decides it, and of which nothing is known but that it is the same for the same. */
function opaqueOf({ atoms, terms, diagram }: Encoding, where: Edge): readonly string[] {
  const all = [...terms.values()]
  const workedOut = (key: string) => terms.get(key)?.term.from?.text ?? []
  return diagram.support(where).flatMap((variable) => {
    const atom = atoms.get(variable)
    if (atom === undefined) return all.find(({ bits }) => bits.includes(variable))?.term.from?.text ?? []
    if (atom.kind === 'opaque') return atom.text
    return 'other' in atom ? [workedOut(atom.key), workedOut(atom.other)].flat() : []
  })
}

function addressText({ methods, template, service }: Route): string {
  return `${methods?.join(', ') ?? 'ANY'} ${service.hosts.map(({ text }) => text).join(', ')}${template}`
}

function foundOf(witnesses: ReadonlyMap<Direction, Witness>, open: ReadonlyMap<Direction, readonly string[]>): Found | null {
  if (witnesses.size === 0 && open.size === 0) return null
  const [more, less] = [witnesses.has('more'), witnesses.has('less')]
  // Whether another reason is given elsewhere says nothing of who is permitted.
  const isOpen = open.has('more') || open.has('less') || (!more && !less && !witnesses.has('other'))
  const verdict =
    more && less ? 'incomparable' : isOpen ? 'unknown' : more ? 'more-permissive' : less ? 'less-permissive' : 'other'
  return {
    verdict,
    mayPermitMore: more || open.has('more'),
    witnesses: DIRECTIONS.flatMap((direction) => witnesses.get(direction) ?? []),
    why: verdict === 'unknown' ? [...new Set([...open.values()].flat())] : [],
  }
}
