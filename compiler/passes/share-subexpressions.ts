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
 * Shares expressions that `decide` or `early` would evaluate several times: those with several uses, and those in a loop that do
 * not depend on its variable. The first use computes them. Preserves each expression's value and whether it errs, as nothing that
 * is read changes during a decision, and each is evaluated only where it was before. A header's presence and value are one
 * search, and so are `k in map` and `map[k]`.
 */
export const shareSubexpressions: Pass = {
  name: 'share-subexpressions',
  rewrite: null,
  local: null,
  run: (policy) => mapPrograms(policy, share),
}

/** A cheaper expression is computed again, as keeping it costs about as much. */
const WORTH_KEEPING = 12
/** A fallible test is emitted more simply if its error is not kept. */
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

/** For more expressions, numbering all is faster than comparing pairs. */
const FEW = 16

/** Whether an expression may have several uses; may be too cautious. Avoids allocation, as most programs share nothing. */
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

/** Returns the expressions of a step that `decide` evaluates. */
function rootsOf({ test, limit, headers }: DecisionStep): readonly Expr[] {
  return [test, ...(limit?.by?.fails ? [limit.by] : []), ...headers.map(({ value }) => value)]
}

/** A rule's `open` is a part of its test, so it uses the same shared expressions. */
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

  /** Counts the expressions worth keeping: the largest with several uses, and their parts only if these have other uses too. */
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
    // Replaces a lookup by a test of the kept value.
    return kept !== expression && (kept.kind === 'Header' || kept.kind === 'MapRead') ? present(one) : one
  }

  /** Returns the shared object; null if there is only one use. */
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

/** Returns what to keep for an expression: itself, or the value of a lookup. Null if keeping is pointless. */
function keptOf(expression: Expr): Expr | null {
  switch (expression.kind) {
    case 'HeaderTest':
      return header(expression.name)
    case 'In': {
      const { element, collection } = expression
      // A variable does not distinguish a missing value from an error.
      if (collection.type.kind !== 'map' || expression.fails) return expression
      return mapRead(collection, element, collection.type.value)
    }
    case 'MapRead':
      return expression.fails ? null : expression
    // Nearly free; and elements that may be missing are read only as optionals.
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

/** Returns the name for the variable. */
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

/** Returns `hours` for `timestamp.getHours`, `int_value` for `int(string)`. */
function nameOf(id: string): string {
  const [name = '', of = ''] = id.split(/[()]/)
  if (of !== '' && name !== 'size' && name !== 'matches' && !name.includes('.')) return `${name}_value`
  const last = name.replace(/^.*\.(?:get)?/, '')
  return `${last.slice(0, 1).toLowerCase()}${last.slice(1)}`
}
