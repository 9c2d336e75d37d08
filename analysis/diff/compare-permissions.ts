import type { Route } from '../../language/checker/model.ts'
import type { EvalAnswer } from '../../runtime/abi/index.ts'
import { type Edge, FALSE } from '../bdd/bdd.ts'
import { type AnalysisControl, BudgetError, outOfTime } from '../budget.ts'
import { TooManyTextsError } from '../symbolic/classes/texts/text-classes.ts'
import type { Encoding } from '../symbolic/domain/encoding.ts'
import type { KnownClasses } from '../symbolic/domain/known-classes.ts'
import type { Direction } from './answers.ts'
import { type Compared, compareSides, isSide, type Sides } from './compare-sides.ts'
import { type Asks, findWitness, type Lead, type Witness } from './find-witness.ts'
import type { RoutePair } from './pair-routes.ts'

/**
 * A pair of routes, one of each policy, and a kind of caller whose requests may reach both. The decisions of the policies are
 * compared for such a pair.
 */
export interface Way extends Sides {
  readonly pair: RoutePair
  readonly draft: Asks
}

export type Permissiveness = 'more-permissive' | 'less-permissive' | 'incomparable' | 'other' | 'unknown'

export interface Judged {
  readonly verdict: Permissiveness
  /** Whether the newer policy permits some request that the older one refuses, or the analysis cannot exclude one. */
  readonly mayPermitMore: boolean
  /** Example requests that both policies answer differently, one for each direction of difference. */
  readonly witnesses: readonly Witness[]
  /** Source texts of conditions that the analysis cannot model, and that therefore leave a difference undecided. */
  readonly why: readonly string[]
}

/**
 * Compares the permissions of two policies on all pairs of a route and a kind of caller in `ways`. Returns null if they are
 * equivalent.
 */
export function comparePermissions(
  ways: readonly Way[],
  asks: Asks,
  known: KnownClasses,
  control: AnalysisControl,
): Judged | null {
  const witnesses = new Map<Direction, Witness>()
  const open = new Map<Direction, readonly string[]>()
  for (const way of ways) {
    if (!isSide(way.before) && !isSide(way.after)) continue
    const compared = comparedOrWhy(way, known, control)
    if (compared === null) continue
    for (const direction of DIRECTIONS) {
      if (witnesses.has(direction) || (typeof compared !== 'string' && compared[direction] === FALSE)) continue
      // A changed permission matters more than a changed reason for a denial.
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

function comparedOrWhy(way: Way, known: KnownClasses, control: AnalysisControl): Compared | string | null {
  try {
    const compared = compareSides(way, known, control)
    const differs = compared !== null && DIRECTIONS.some((direction) => compared[direction] !== FALSE)
    // There is no time for witnesses either.
    return differs && control.isOver() ? outOfTime().message : compared
  } catch (error) {
    if (error instanceof BudgetError || error instanceof TooManyTextsError) return error.message
    throw error
  }
}

/** Requests for a new permission are built for the younger policy, for a lost one for the older. */
function leadsOf({ before, after }: Way, { encoding, mishaps, ...where }: Compared, direction: Direction): readonly Lead[] {
  const [old, young] = [isSide(before) ? before : null, isSide(after) ? after : null]
  const sides = [
    { side: young, other: old },
    { side: old, other: young },
  ]
  if (direction === 'less') sides.reverse()
  return sides.flatMap(({ side, other }) => (side === null ? [] : [{ encoding, mishaps, where: where[direction], side, other }]))
}

/** Whether an answer concerns a pair's routes; a reject names none. */
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

/** Returns the deciding conditions that are opaque. */
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

function foundOf(witnesses: ReadonlyMap<Direction, Witness>, open: ReadonlyMap<Direction, readonly string[]>): Judged | null {
  if (witnesses.size === 0 && open.size === 0) return null
  const [more, less] = [witnesses.has('more'), witnesses.has('less')]
  // A changed reason says nothing about permission.
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
