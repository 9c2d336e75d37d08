import { header, mapRead, present, shared } from '../ir/build.ts'
import {
  children,
  type DecisionStep,
  type Expr,
  freeVariables,
  mapChildren,
  type Program,
  type Shared,
  scopeOf,
} from '../ir/index.ts'
import { isSame, Numbering } from '../ir/numbering.ts'
import { costOf } from './cost.ts'
import { mapPrograms, type Pass } from './pass.ts'

/**
 * What `decide` or `early` of a route would work out several times becomes one shared expression, which is worked out where it is
 * needed first: what stands in several places, and what stands in a loop and does not depend on its variable. Keeps, for every
 * request, the value of every expression and whether it errs, as nothing that is read changes during a decision; and it is still
 * evaluated only where it was before. Whether a header is there, and its value, are one search; so are `k in map` and `map[k]`.
 */
export const shareSubexpressions: Pass = {
  name: 'share-subexpressions',
  rewrite: null,
  local: null,
  run: (policy) => mapPrograms(policy, share),
}

/** What is cheaper is worked out again: keeping it costs about as much. */
const WORTH_KEEPING = 12
/** A test that may err is emitted more simply where nobody keeps its error. */
const WORTH_KEEPING_ERRORS = 40

function share(program: Program): Program {
  if (!mayShare(program.decide)) return program
  const roots = program.decide.flatMap(rootsOf).filter((root) => costOf(root) >= WORTH_KEEPING)
  const sharing = new Sharing()
  for (const root of roots) sharing.count(root)
  if (!sharing.some()) return program
  const decide = program.decide.map((step) => rewriteStep(step, (expression) => sharing.rewrite(expression)))
  return { ...program, decide, shared: sharing.made() }
}

/** To look at more one by one takes longer than to number them all. */
const FEW = 16

/**
 * Whether something may stand twice: cautiously, and without noting anything, as in most programs all that is worth keeping is of
 * another kind or about something else.
 */
function mayShare(steps: readonly DecisionStep[]): boolean {
  const found: Expr[] = []
  const look = (expression: Expr, under: 'nothing' | 'variable' | 'loop'): boolean => {
    if (costOf(expression) < WORTH_KEEPING) return false
    const kept = keptOf(expression)
    if (kept !== null && (under === 'nothing' || freeVariables(kept).size === 0)) {
      if (under === 'loop' || found.length === FEW || found.some((one) => isSame(one, kept))) return true
      found.push(kept)
    }
    const own = scopeOf(expression)
    if (own === null) return children(expression).some((child) => look(child, under))
    const inside = isLoop(expression) || under === 'loop' ? 'loop' : 'variable'
    return children(expression).some((child) => look(child, own.sees.includes(child) ? inside : under))
  }
  return steps.some((step) => rootsOf(step).some((root) => look(root, 'nothing')))
}

function isLoop({ kind }: Expr): boolean {
  return kind === 'Quantifier' || kind === 'Select'
}

/** What `decide` evaluates of a step. */
function rootsOf({ test, limit, headers }: DecisionStep): readonly Expr[] {
  return [test, ...(limit?.by?.fails ? [limit.by] : []), ...headers.map(({ value }) => value)]
}

/** What a rule is open by is a part of its test: what is shared there is shared here. */
function rewriteStep(step: DecisionStep, rewrite: (expression: Expr) => Expr): DecisionStep {
  const { test, open, limit, headers } = step
  const after = {
    test: rewrite(test),
    open: open && rewrite(open),
    limit: limit?.by?.fails ? { ...limit, by: rewrite(limit.by) } : limit,
    headers: headers.length === 0 ? headers : headers.map(({ name, value }) => ({ name, value: rewrite(value) })),
  }
  const same = after.test === test && after.open === open && after.limit === limit && after.headers === headers
  return same ? step : { ...step, ...after }
}

class Sharing {
  readonly #numbering = new Numbering()
  readonly #counts = new Map<number, number>()
  readonly #shared = new Map<number, Shared>()
  readonly #rewritten = new Map<Expr, Expr>()

  /** Counts what is worth keeping: of what stands several times the largest, and of its parts those that stand elsewhere, too. */
  count(expression: Expr, inLoop = false): void {
    if (costOf(expression) < WORTH_KEEPING) return
    const kept = keptOf(expression)
    const counted = kept !== null && isWorthKeeping(kept)
    if (counted) {
      const number = this.#numbering.of(kept)
      const before = this.#counts.get(number) ?? 0
      this.#counts.set(number, before + (inLoop ? 2 : 1))
      if (before > 0) return
    }
    const looping = inLoop && !counted
    const own = isLoop(expression) ? scopeOf(expression) : null
    const below = counted && kept !== null ? kept : expression
    for (const child of children(below)) this.count(child, looping || own?.sees.includes(child) === true)
  }

  some(): boolean {
    for (const count of this.#counts.values()) if (count > 1) return true
    return false
  }

  made(): readonly Shared[] {
    return [...this.#shared.values()]
  }

  rewrite(expression: Expr): Expr {
    if (costOf(expression) < WORTH_KEEPING) return expression
    const known = this.#rewritten.get(expression)
    if (known !== undefined) return known
    const after = this.#rewriteOnce(expression)
    this.#rewritten.set(expression, after)
    return after
  }

  #rewriteOnce(expression: Expr): Expr {
    const kept = keptOf(expression)
    const one = kept === null ? null : this.#sharedOf(kept)
    if (kept === null || one === null) return mapChildren(expression, (child) => this.rewrite(child))
    // A test of what is kept, rather than that itself.
    return kept !== expression && (kept.kind === 'Header' || kept.kind === 'MapRead') ? present(one) : one
  }

  /** One object for all places; null where there is but one. */
  #sharedOf(kept: Expr): Shared | null {
    if (!isWorthKeeping(kept)) return null
    const number = this.#numbering.of(kept)
    if ((this.#counts.get(number) ?? 0) < 2) return null
    const known =
      this.#shared.get(number) ??
      shared(
        wishOf(kept),
        mapChildren(kept, (child) => this.rewrite(child)),
      )
    this.#shared.set(number, known)
    return known
  }
}

/** What would be kept in the place of an expression: itself, or what it looks for. Null where that makes no sense. */
function keptOf(expression: Expr): Expr | null {
  switch (expression.kind) {
    case 'HeaderTest':
      return header(expression.name)
    case 'In': {
      const { element, collection } = expression
      // In a variable a value that is missing is like an error.
      if (collection.type.kind !== 'map' || expression.fails) return expression
      return mapRead(collection, element, collection.type.value)
    }
    case 'MapRead':
      return expression.fails ? null : expression
    // Nearly nothing by themselves; and elements that may not be there are read as optionals alone.
    case 'Const':
    case 'Not':
    case 'Some':
    case 'Negate':
    case 'Field':
    case 'Present':
    case 'ListRead':
      return null
    case 'Optional':
      return expression.target.kind === 'ListRead' || expression.fails ? expression : null
    default:
      return expression
  }
}

function isWorthKeeping(expression: Expr): boolean {
  const errs = expression.fails && expression.type.kind === 'bool'
  return costOf(expression) >= (errs ? WORTH_KEEPING_ERRORS : WORTH_KEEPING) && freeVariables(expression).size === 0
}

/** What a variable that keeps it is called. */
function wishOf(expression: Expr): string {
  switch (expression.kind) {
    case 'Header':
      return expression.name
    case 'MapRead':
      return expression.map.kind === 'Data' ? `${expression.map.name}_found` : 'found'
    case 'Entry':
      return expression.map.kind === 'Data' ? `${expression.map.name}_found` : 'found'
    case 'Position':
      return expression.datum.kind === 'Data' ? `${expression.datum.name}_at` : 'at'
    case 'Call':
      return nameOf(expression.id)
    case 'Quantifier':
      return expression.quantifier
    case 'Select':
      return expression.value === null ? 'filtered' : 'mapped'
    case 'RequirementTest':
      return expression.what
    default:
      return expression.type.kind === 'bool' ? 'holds' : 'known'
  }
}

/** `hours` of `timestamp.getHours`, `int_value` of `int(string)`. */
function nameOf(id: string): string {
  const [name = '', of = ''] = id.split(/[()]/)
  if (of !== '' && name !== 'size' && name !== 'matches' && !name.includes('.')) return `${name}_value`
  const last = name.replace(/^.*\.(?:get)?/, '')
  return `${last.slice(0, 1).toLowerCase()}${last.slice(1)}`
}
