import { chain, conditional, FALSE, TRUE } from '../ir/build.ts'
import {
  type Chain,
  type Conditional,
  type Expr,
  has,
  KIND,
  mapChildren,
  type Operand,
  scopeOf,
  withoutOperands,
} from '../ir/index.ts'
import { Numbering } from '../ir/numbering.ts'
import { foldChain, mayBeSkipped } from './fold-chain.ts'
import { areIndependent, hasIndependentTests } from './narrow/are-independent.ts'
import { Knowledge } from './narrow/knowledge.ts'
import { testPass } from './pass.ts'

/**
 * Drops tests whose result follows from earlier tests. After `x == 1`, the result of `x > 0` is known, and `a && (b && a)` tests
 * `a` once. Preserves each expression's value and whether it errs: a fallible operand is dropped only after an operand of the
 * same chain that errs whenever it does; in nested expressions, and for a test that becomes constant, only infallible facts are
 * used. An operand that relies on another is guarded by it from then on.
 */
export const narrowChains = testPass('narrow-chains', () => {
  const narrowing = new Narrowing()
  return (expression) => narrowing.whole(expression)
})

/** A larger shared expression is narrowed by itself instead of once per use. */
const LARGE = 2_000
/** A chain of more operands that guards something is not flattened. */
const MANY = 8

class Narrowing {
  readonly #narrowed = new Map<Expr, Expr>()

  /** Narrows an expression without known facts. */
  whole(expression: Expr): Expr {
    if (!has(expression, KIND.Chain | KIND.Conditional) || hasIndependentTests(expression)) return expression
    const known = this.#narrowed.get(expression)
    if (known !== undefined) return known
    const after = onlyFlattened(expression) ?? this.#inside(expression, new Knowledge(new Numbering()))
    this.#narrowed.set(expression, after)
    return after
  }

  #deep(expression: Expr, knowledge: Knowledge): Expr {
    if (knowledge.isEmpty || expression.weight > LARGE) return this.whole(expression)
    if (expression.type.kind === 'bool' && expression.kind !== 'Const') {
      const truth = knowledge.askDeep(expression)
      if (truth !== null) return truth ? TRUE : FALSE
    }
    return this.#inside(expression, knowledge)
  }

  #inside(expression: Expr, knowledge: Knowledge): Expr {
    if (expression.kind === 'Chain') return this.#chain(expression, knowledge)
    if (expression.kind === 'Conditional') return this.#conditional(expression, knowledge)
    if (expression.kind === 'Present' || expression.kind === 'Optional') {
      // A presence test's target is no test, even if it is a bool.
      return mapChildren(expression, (target) => this.#inside(target, knowledge))
    }
    const own = scopeOf(expression)
    if (own === null) return mapChildren(expression, (child) => this.#deep(child, knowledge))
    const inner = knowledge.inside(own.variable)
    return mapChildren(expression, (child) => this.#deep(child, own.sees.includes(child) ? inner : knowledge))
  }

  /** The test of a conditional is known in its branches if it cannot err. */
  #conditional(expression: Conditional, knowledge: Knowledge): Expr {
    const test = this.#deep(expression.test, knowledge)
    if (test.kind === 'Const') return this.#deep(test.value === true ? expression.then : expression.otherwise, knowledge)
    const branch = (before: Expr, truth: boolean) => {
      if (test.fails) return this.#deep(before, knowledge)
      const inner = knowledge.inside()
      inner.learn(test, truth, 0)
      return this.#deep(before, inner)
    }
    const [then, otherwise] = [branch(expression.then, true), branch(expression.otherwise, false)]
    const same = test === expression.test && then === expression.then && otherwise === expression.otherwise
    return same ? expression : conditional(test, then, otherwise, expression.type)
  }

  #chain(expression: Chain, outer: Knowledge): Expr {
    const flat = flattened(expression)
    const all = expression.operator === '&&'
    const skippable = mayBeSkipped(flat)
    const knowledge = outer.inside()
    /** The redundant operands, and those that each follows from. */
    const redundant = new Map<number, readonly number[]>()
    let changed = flat !== expression.operands
    const narrowed = flat.map((operand, at): Operand => {
      const known = operand.expression.kind === 'Const' ? null : knowledge.ask(operand.expression)
      if (known !== null && known.truth === all) {
        redundant.set(at, known.sources)
        return operand
      }
      const settles = known !== null && !known.fails
      const after = settles ? (all ? FALSE : TRUE) : this.#deep(operand.expression, knowledge)
      const used = knowledge.takeUsed()
      // A skipped operand has no answer.
      if (!skippable[at]) knowledge.learn(after, all, at)
      if (after === operand.expression) return operand
      changed = true
      return { ...operand, expression: after, guards: merged(operand.guards, used) }
    })
    for (const at of followingFromLater(narrowed, all, redundant, knowledge.beside())) redundant.set(at, [])
    if (!changed && redundant.size === 0) return expression
    const left = withoutOperands(
      narrowed,
      (_, at) => redundant.has(at),
      (at) => redundant.get(at) ?? [],
    )
    const whole = chain(expression.operator, left)
    return whole.kind === 'Chain' ? foldChain(whole) : whole
  }
}

/** Drops operands that follow from later ones: `n > 3 && n > 5`; but no guards, as a later operand cannot replace one. */
function followingFromLater(
  operands: readonly Operand[],
  all: boolean,
  redundant: ReadonlyMap<number, readonly number[]>,
  knowledge: Knowledge,
): readonly number[] {
  const guarding = new Set(operands.flatMap(({ guards }) => guards))
  for (const [at, sources] of redundant) if (guarding.has(at)) for (const source of sources) guarding.add(source)
  const skippable = mayBeSkipped(operands)
  const found: number[] = []
  for (const [at, { expression }] of [...operands.entries()].reverse()) {
    if (redundant.has(at) || expression.kind === 'Const') continue
    if (!guarding.has(at) && knowledge.ask(expression)?.truth === all) found.push(at)
    else if (!skippable[at]) knowledge.learn(expression, all, at)
  }
  return found
}

function merged(guards: readonly number[], more: readonly number[]): readonly number[] {
  return more.length === 0 ? guards : [...new Set([...guards, ...more])].sort((a, b) => a - b)
}

/** Returns a chain that needs no more than flattening; else null. */
function onlyFlattened(expression: Expr): Expr | null {
  if (expression.kind !== 'Chain') return null
  const { operator } = expression
  const flat = flattened(expression)
  if (flat === expression.operands || !areIndependent(operator, flat)) return null
  return chain(
    operator,
    withoutOperands(flat, () => false),
  )
}

/** Flattens nested chains of the same operator. What a chain guarded is guarded by all of its operands. */
function flattened({ operator, operands }: Chain): readonly Operand[] {
  if (!operands.some(({ expression }) => expression.kind === 'Chain' && expression.operator === operator)) return operands
  const guarding = new Set(operands.flatMap(({ guards }) => guards))
  const flat: Operand[] = []
  /** The new positions of each operand. */
  const now: (readonly number[])[] = []
  for (const [at, operand] of operands.entries()) {
    const { expression, place } = operand
    const guards = operand.guards.flatMap((guard) => now[guard] ?? [])
    const first = flat.length
    const inner = expression.kind === 'Chain' && expression.operator === operator ? flattened(expression) : null
    if (inner === null || (guarding.has(at) && inner.length > MANY)) {
      flat.push({ ...operand, guards })
      now.push([first])
      continue
    }
    for (const one of inner)
      flat.push({
        ...one,
        guards: merged(
          guards,
          one.guards.map((guard) => guard + first),
        ),
        ...(place !== undefined && { place }),
      })
    now.push(inner.map((_, position) => first + position))
  }
  return flat
}
