import type { RouteIr } from '../../compiler/ir/index.ts'
import { isSame } from '../../compiler/ir/numbering.ts'
import type { DecisionStep, Program } from '../../compiler/ir/policy.ts'
import { Bdd, type Edge, FALSE, TRUE } from '../bdd/bdd.ts'
import { type AnalysisControl, outOfTime } from '../budget.ts'
import type { Context } from '../symbolic/context.ts'
import { AtomCollector } from '../symbolic/domain/atom-collector.ts'
import { consistency } from '../symbolic/domain/consistency.ts'
import { Encoding } from '../symbolic/domain/encoding.ts'
import type { KnownClasses } from '../symbolic/domain/known-classes.ts'
import { domainsOf } from '../symbolic/domains.ts'
import { nothing, type Outcomes, outcomesOf } from '../symbolic/outcomes.ts'
import { contextOf } from '../symbolic/read-context.ts'
import type { SymbolicDomain } from '../symbolic/symbolic-domain.ts'
import { type DecodeRefusal, type Mishap, refusalsOf, rolesKey, type Side, viewOf } from './decode-refusals.ts'
import { outcomesDiffer } from './outcomes-differ.ts'

/**
 * The sets of requests that only the newer policy permits (`more`), that only the older permits (`less`), and whose decisions
 * differ in another way (`other`). Conservative: an empty set proves that there is no difference; a non-empty one proves nothing.
 */
export interface Compared {
  readonly encoding: Encoding
  readonly more: Edge
  readonly less: Edge
  readonly other: Edge
  /**
   * For each variable of the diagram that is true for invalid requests: how a request is made invalid, such as by a repeated
   * header.
   */
  readonly mishaps: ReadonlyMap<number, Mishap>
  /** Names with different meanings in the two policies, such as a claim with another type: `caller.level`, `body`. */
  readonly apart: readonly string[]
}

/** The two policies, restricted to a route and a kind of caller. Missing if a policy lacks the route or the identity. */
export type Sides = { readonly before: Side | Missing; readonly after: Side | Missing }
export type Missing = 'no-route' | 'no-identity'

export function isSide(side: Side | Missing): side is Side {
  return typeof side === 'object'
}

/**
 * Compares the decisions of two policies for a route and a kind of caller. Returns null if their programs and decoders are
 * identical.
 *
 * @throws BudgetError if the diagram exceeds its budget, or the time is up
 * @throws TooManyTextsError if the texts have too many classes
 */
export function compareSides({ before, after }: Sides, known: KnownClasses, { isOver }: AnalysisControl): Compared | null {
  const both = isSide(before) && isSide(after) ? ([before, after] as const) : null
  const view = both === null ? undefined : viewOf(...both)
  const [refusedBefore, refusedAfter] =
    both === null ? [[], []] : [refusalsOf(both[0], both[1], 'before'), refusalsOf(both[1], both[0], 'after')]
  const isPlain =
    refusedBefore.length + refusedAfter.length === 0 && view?.apart.size === 0 && view.params.size === 0 && view.wider.size === 0
  if (both !== null && isPlain && saysTheSame(...both)) return null
  if (isOver()) throw outOfTime()

  const read = (world: SymbolicDomain) => {
    const [a, b] = [
      answers(before, refusedBefore, world, view),
      answers(after, refusedAfter, world, view && { ...AS_IT_IS, wider: view.wider }),
    ]
    return { a, b, differ: outcomesDiffer(a, b, contextOf(world, null)) }
  }
  const gathering = new AtomCollector()
  read(gathering)
  gathering.settle()
  const diagram = new Bdd(isOver)
  const encoding = new Encoding(gathering, diagram, domainsOf(takenByBoth(before, after), null), known)
  const { a, b, differ } = read(encoding)
  const consistent = consistency(encoding)
  const where = (edge: Edge) => diagram.and(consistent, edge)
  return {
    encoding,
    more: where(diagram.and(b.permits, diagram.not(a.permits))),
    less: where(diagram.and(a.permits, diagram.not(b.permits))),
    other: where(differ),
    mishaps: mishapsOf([...refusedBefore, ...refusedAfter], encoding),
    apart: [...(view?.apart ?? [])],
  }
}

const AS_IT_IS = { apart: new Set<string>(), params: new Map<string, string>(), sameRoles: true }

function answers(
  side: Side | Missing,
  refusals: readonly DecodeRefusal[],
  world: SymbolicDomain,
  view: Context['view'],
): Outcomes {
  if (side === 'no-route') return nothing('deny "no-route"')
  if (side === 'no-identity') return nothing('reject claims')
  const { diagram } = world
  const { identity, origins } = side
  const context = contextOf(world, identity?.ir ?? null, { origins, ...(view && { view }) })
  const { permits, says, limits, headers } = outcomesOf(programOf(side), context)
  let comesIn: Edge = TRUE
  const all = new Map<string, Edge>()
  for (const { says: text, where } of refusals) {
    const refused = refusedWhere(where, world)
    all.set(text, diagram.or(all.get(text) ?? FALSE, diagram.and(comesIn, refused)))
    comesIn = diagram.and(comesIn, diagram.not(refused))
  }
  for (const [text, where] of says) all.set(text, diagram.or(all.get(text) ?? FALSE, diagram.and(comesIn, where)))
  const inside = <T extends { readonly when: Edge }>(some: readonly T[]): readonly T[] =>
    some.map((one) => ({ ...one, when: diagram.and(comesIn, one.when) }))
  return { permits: diagram.and(comesIn, permits), says: all, limits: inside(limits), headers: inside(headers) }
}

function refusedWhere(where: DecodeRefusal['where'], world: SymbolicDomain): Edge {
  const { diagram } = world
  if ('missing' in where) return diagram.not(world.present(where.missing))
  if (!('outside' in where)) return world.opaque(where)
  const { outside, values, optional } = where
  const is = values.map((value) => world.test({ kind: 'term', ...outside }, { kind: 'equal', value }))
  return diagram.and(optional ? world.present(outside) : TRUE, diagram.not(diagram.any(is)))
}

function programOf({ ir, identity }: Side): Program {
  return identity === null ? ir.anonymous : ir.authenticated
}

/** The methods that both accept. */
function takenByBoth(before: Side | Missing, after: Side | Missing): RouteIr {
  const [a, b] = [before, after].filter(isSide)
  if (a === undefined) throw new Error('a pair has a route')
  if (b === undefined || b.ir.methods === null) return a.ir
  const { methods } = b.ir
  return { ...a.ir, methods: a.ir.methods?.filter((method) => methods.includes(method)) ?? methods }
}

function mishapsOf(refusals: readonly DecodeRefusal[], { atoms }: Encoding): ReadonlyMap<number, Mishap> {
  const byKey = new Map(refusals.flatMap(({ where, make }) => (make === null || !('key' in where) ? [] : [[where.key, make]])))
  const found = new Map<number, Mishap>()
  for (const [variable, atom] of atoms) {
    const mishap = atom.kind === 'opaque' ? byKey.get(atom.key) : undefined
    if (mishap !== undefined) found.set(variable, mishap)
  }
  return found
}

/** Whether two programs have the same rules in the same order, whatever their names. */
function saysTheSame(before: Side, after: Side): boolean {
  const [a, b] = [before, after].map((side) => programOf(side)) as [Program, Program]
  if (a.signIn !== b.signIn || before.identity?.ir.stepsUp !== after.identity?.ir.stepsUp) return false
  if (rolesKey(before.identity?.ir) !== rolesKey(after.identity?.ir)) return false
  // Conditions contain identities' indices.
  if (!isSameList(before.model.identities, after.model.identities, (one, other) => one.name === other.name)) return false
  const enforced = ({ trace }: Program) =>
    trace.filter(({ shadow }) => !shadow).toSorted((one, other) => (one.rule < other.rule ? -1 : 1))
  return isSameList(enforced(a), enforced(b), isSameStep)
}

function isSameStep(a: DecisionStep, b: DecisionStep): boolean {
  if (a.effect !== b.effect || a.because !== b.because || a.personal !== b.personal || !isSame(a.test, b.test)) return false
  if (JSON.stringify(a.requires) !== JSON.stringify(b.requires) || (a.open === null) !== (b.open === null)) return false
  if (a.limit?.count !== b.limit?.count || a.limit?.per !== b.limit?.per || !isSameOrNone(a.limit?.by, b.limit?.by)) return false
  return isSameList(a.headers, b.headers, (one, other) => one.name === other.name && isSame(one.value, other.value))
}

type By = NonNullable<DecisionStep['limit']>['by'] | undefined

function isSameOrNone(a: By, b: By): boolean {
  return a && b ? isSame(a, b) : !a && !b
}

function isSameList<T>(some: readonly T[], others: readonly T[], isAlike: (one: T, other: T) => boolean): boolean {
  return some.length === others.length && some.every((one, at) => isAlike(one, others[at] as T))
}
