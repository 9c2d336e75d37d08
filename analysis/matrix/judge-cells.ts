import type { Model } from '../../language/checker/model.ts'
import type { Steps } from '../../language/steps.ts'
import type { Expression } from '../../language/syntax/ast.ts'
import { Bdd, type Edge, FALSE, TRUE } from '../bdd/bdd.ts'
import { type AnalysisControl, BudgetError, outOfTime } from '../budget.ts'
import { TooManyTextsError } from '../symbolic/classes/texts/text-classes.ts'
import { AtomCollector } from '../symbolic/domain/atom-collector.ts'
import { consistency } from '../symbolic/domain/consistency.ts'
import { Encoding } from '../symbolic/domain/encoding.ts'
import type { KnownClasses } from '../symbolic/domain/known-classes.ts'
import { domainsOf } from '../symbolic/domains.ts'
import type { Lowered } from '../symbolic/lowered.ts'
import { contextOf } from '../symbolic/read-context.ts'
import type { SymbolicDomain } from '../symbolic/symbolic-domain.ts'
import { ConditionReader } from './condition-reader.ts'
import { appliesIn, gather, hasRole, type Left, leftOf, type Residual, type RuleOnRoute, wholeResidual } from './residuals.ts'
import type { CellQuestion, CellScope, Shower, Shown } from './show-both-ways.ts'

/**
 * A column of a matrix: all callers of an identity, or its callers with a role and any others. Roles are conditions that may
 * imply each other, so a column for exactly one role could be empty.
 */
export interface MatrixColumn {
  /** Name of the identity; null for anonymous callers. */
  readonly identity: string | null
  /** Name of the role; null for callers with any roles, or none. */
  readonly role: string | null
}

/**
 * Whether the callers of a cell are permitted. `if`: depends on the listed conditions, as a permitted and a refused request were
 * found. `may`: not fully decided by the analysis.
 */
export type CellVerdict = 'always' | 'never' | 'if' | 'may'

/** The decisions for a kind of caller on a route, over all requests that pass the decoders, with all data present. */
export interface Cell {
  readonly verdict: CellVerdict
  /** Whether no caller can belong to the cell's column. */
  readonly nobody: boolean
  /** Conditions of permit rules, one of which must hold. For `always`: empty, or the conditions that determine rate limits. */
  readonly permits: readonly Residual[]
  /** Conditions of forbid rules, none of which may hold if a request is to be permitted. */
  readonly forbids: readonly Residual[]
  /** Source texts of the conditions that the analysis cannot model and that make the verdict `may`. Empty for other verdicts. */
  readonly why: readonly string[]
}

/** What all cells of a matrix share. */
export interface CellSetting {
  readonly model: Model
  readonly lowered: Lowered
  readonly known: KnownClasses
  readonly control: AnalysisControl
}

/** Computes the matrix cells of one route for the columns of one identity. A further step is about one column. */
export function* judgeCells(
  place: CellScope,
  columns: readonly MatrixColumn[],
  setting: CellSetting,
  show: Shower,
): Steps<readonly Cell[]> {
  try {
    if (setting.control.isOver()) throw outOfTime()
    const judged = new Judged(place, columns, setting)
    const shown: Shown = { permitted: [], refused: [] }
    // A request found for callers with a role also counts for all callers.
    const callers: Edge[] = []
    for (const column of columns) {
      callers.push(judged.callersOf(column))
      yield
    }
    const cells: Cell[] = []
    for (const [at, { role }] of [...columns.entries()].reverse()) {
      const cell = judged.cell(callers[at] as Edge, (question) => {
        const later = callers.slice(0, at)
        return show(place, role, judged.encoding, { ...question, later }, shown)
      })
      cells.push(cell)
      yield
    }
    return cells.reverse()
  } catch (error) {
    if (!(error instanceof BudgetError || error instanceof TooManyTextsError)) throw error
    const untold = untoldCell(place, error.message)
    return columns.map(() => untold)
  }
}

class Judged {
  readonly #place: CellScope
  readonly #reading: ConditionReader
  readonly encoding: Encoding
  readonly #consistent: Edge
  readonly #permitted: Edge
  readonly #forbidden: Edge

  constructor(place: CellScope, columns: readonly MatrixColumn[], { model, lowered, known, control }: CellSetting) {
    this.#place = place
    const { route, program, rules, identity } = place
    const caller = identity === null ? 'anonymous' : 'authenticated'
    const lowerings = new Map<Expression, ReturnType<Lowered['condition']>>()
    const lower = (expression: Expression) => {
      const made = lowerings.get(expression) ?? lowered.condition(expression, { route, caller })
      lowerings.set(expression, made)
      return made
    }
    const readIn = (world: SymbolicDomain) => new ConditionReader(contextOf(world, identity?.ir ?? null, lowered), model, lower)
    const gathering = new AtomCollector()
    const first = readIn(gathering)
    for (const { role } of columns) if (role !== null) hasRole(role, first.context)
    for (const one of rules) gather(one, first)
    gathering.settle()
    const diagram = new Bdd(control.isOver)
    this.encoding = new Encoding(gathering, diagram, domainsOf(program, identity?.ir ?? null), known)
    this.#reading = readIn(this.encoding)
    this.#consistent = consistency(this.encoding)
    const any = (some: readonly RuleOnRoute[]) => diagram.any(some.map((one) => appliesIn(one, this.#reading)))
    this.#forbidden = any(rules.filter(isForbid))
    this.#permitted = diagram.and(any(rules.filter((one) => !isForbid(one))), diagram.not(this.#forbidden))
  }

  /** Returns the requests whose caller belongs to a column. */
  callersOf({ role }: MatrixColumn): Edge {
    return role === null ? TRUE : hasRole(role, this.#reading.context)
  }

  cell(are: Edge, show: (question: Omit<CellQuestion, 'later'>) => readonly string[]): Cell {
    const { diagram } = this.encoding
    const callers = diagram.and(this.#consistent, are)
    const permitted = diagram.and(callers, this.#permitted)
    const refused = diagram.and(callers, diagram.not(this.#permitted))
    const none = { nobody: callers === FALSE, permits: [], forbids: [], why: [] }
    if (permitted === FALSE) return { ...none, verdict: 'never' }
    const left = this.#residuals(callers)
    const residuals = (some: readonly Left[]) => some.map(({ residual }) => residual)
    const [permits, forbids] = [residuals(left.permits), residuals(left.forbids)]
    if (refused === FALSE) {
      const isLimited = left.permits.some(({ limited }) => limited)
      return { ...none, verdict: 'always', permits: isLimited ? permits : [] }
    }
    const why = show({ permitted, refused, asks: [this.#permitted, are] })
    return { verdict: why.length === 0 ? 'if' : 'may', nobody: false, permits, forbids, why }
  }

  #residuals(callers: Edge): { readonly permits: readonly Left[]; readonly forbids: readonly Left[] } {
    const { diagram } = this.encoding
    const { rules } = this.#place
    const leftOfAll = (some: readonly RuleOnRoute[], granted: Edge) => {
      const found = some.flatMap((one) => leftOf(one, granted, this.#reading, diagram) ?? [])
      return withoutCovered(found, granted, diagram)
    }
    const permits = leftOfAll(
      rules.filter((one) => !isForbid(one)),
      diagram.and(callers, diagram.not(this.#forbidden)),
    )
    const allowed = diagram.any(permits.map(({ edge }) => edge))
    const forbids = leftOfAll(rules.filter(isForbid), diagram.and(callers, allowed))
    const said = diagram.and(allowed, diagram.not(diagram.any(forbids.map(({ edge }) => edge))))
    if (diagram.and(callers, said) !== diagram.and(callers, this.#permitted))
      throw new Error(`what is left of the rules on ${this.#place.route.name} is not what they say`)
    return { permits, forbids }
  }
}

function isForbid({ rule }: RuleOnRoute): boolean {
  return rule.effect === 'forbid'
}

/**
 * Drops rules that apply only where unlimited ones do. A limited rule covers nothing, not even limited ones: a request passes if
 * any of them has capacity. The longest are dropped first.
 */
function withoutCovered(all: readonly Left[], granted: Edge, diagram: Bdd): readonly Left[] {
  const length = ({ residual }: Left) => residual.clauses.join().length
  const order = all.filter(({ limited }) => !limited).toSorted((a, b) => length(b) - length(a))
  const after: Edge[] = []
  for (const [at, { edge }] of [...order.entries()].reverse()) after[at] = diagram.or(edge, after[at + 1] ?? FALSE)
  const unlimited = after[0] ?? FALSE
  const isCovered = ({ edge }: Left, others: Edge) => diagram.implies(diagram.and(granted, edge), others)
  const kept = new Set(all.filter((one) => one.limited && !isCovered(one, unlimited)))
  let before: Edge = FALSE
  for (const [at, one] of order.entries()) {
    if (isCovered(one, diagram.or(after[at + 1] ?? FALSE, before))) continue
    kept.add(one)
    before = diagram.or(before, one.edge)
  }
  return all.filter((one) => kept.has(one))
}

/** Lists all rules that may concern such callers as written; without a permit the answer is `never`. */
function untoldCell({ route, rules }: CellScope, why: string): Cell {
  if (rules.every(isForbid)) return { verdict: 'never', nobody: false, permits: [], forbids: [], why: [] }
  const residuals = (some: readonly RuleOnRoute[]) => some.map(({ rule }) => wholeResidual(rule))
  return {
    verdict: 'may',
    nobody: false,
    permits: residuals(rules.filter((one) => !isForbid(one))),
    forbids: residuals(rules.filter(isForbid)),
    why: [`${why} on ${route.name}`],
  }
}
