import { chain } from '../ir/build.ts'
import {
  type Chain,
  type DecisionStep,
  type Expr,
  has,
  KIND,
  mapAll,
  mapChildren,
  type Operand,
  type Program,
} from '../ir/index.ts'
import { costOf } from './cost.ts'
import { likelihoodOf } from './likelihood.ts'
import { mapPrograms, type Pass } from './pass.ts'

/**
 * In `decide`, moves cheap tests that are likely to decide to the front: operands of `&&` and `||`, and rules. Preserves each
 * test's value and whether it errs, as CEL's operators absorb on either side, guards stay before what they guard, and `to`, which
 * makes a caller's fields readable, stays first. Preserves effect, challenge and reason: stages keep their order; the first
 * forbid that holds gives the reason, so only neighbors of one reason swap; the first permit with requirements is asked for, so
 * those stay. Which of several rules is named may change.
 */
export const scheduleTests: Pass = {
  name: 'schedule-tests',
  rewrite: null,
  local: null,
  run: (policy) => {
    const scheduling = new Scheduling()
    return mapPrograms(policy, (program) => scheduling.program(program))
  },
}

class Scheduling {
  readonly #rewritten = new Map<Expr, Expr>()
  readonly #steps = new Map<DecisionStep, DecisionStep>()

  program(program: Program): Program {
    const before = mapAll(program.decide, (step) => this.#step(step))
    const decide = inOrder(before)
    return decide.every((step, at) => step === program.decide[at]) ? program : { ...program, decide }
  }

  /** Memoized, as a step may be on several routes. */
  #step(step: DecisionStep): DecisionStep {
    const after = this.#steps.get(step) ?? this.#rewrite(step)
    this.#steps.set(step, after)
    return after
  }

  #rewrite(step: DecisionStep): DecisionStep {
    const isTo = !(step.to.kind === 'Const' && step.to.value === true)
    const test = this.#top(step.test, isTo)
    const open = step.open && this.#top(step.open, isTo)
    return test === step.test && open === step.open ? step : { ...step, test, open }
  }

  /** `to`, unless it is trivial, is the first operand. */
  #top(test: Expr, isTo: boolean): Expr {
    if (test.kind !== 'Chain' || test.operator !== '&&') return this.#deep(test)
    const inside = mapChildren(test, (child) => this.#deep(child))
    return inside.kind === 'Chain' ? sorted(inside, isTo ? 1 : 0) : inside
  }

  #deep(expression: Expr): Expr {
    if (!has(expression, KIND.Chain)) return expression
    const known = this.#rewritten.get(expression)
    if (known !== undefined) return known
    const inside = mapChildren(expression, (child) => this.#deep(child))
    const after = inside.kind === 'Chain' ? sorted(inside, 0) : inside
    this.#rewritten.set(expression, after)
    return after
  }
}

/** The cost of remembering an error. */
const ERRING = 10

/** Sorts the operands from position `from` on by expected cost until decided. An operand counts as late as its guards. */
function sorted(expression: Chain, from: number): Expr {
  const { operator, operands } = expression
  if (operands.length - from < 2) return expression
  const ranks: number[] = []
  for (let at = 0; at < operands.length; at += 1) {
    const { expression: test, guards } = operands[at] as Operand
    const settles = operator === '&&' ? 1 - likelihoodOf(test) : likelihoodOf(test)
    const own = at < from ? 0 : (costOf(test) + (test.fails ? ERRING : 0)) / settles
    ranks.push(guards.length === 0 ? own : guards.reduce((latest, guard) => Math.max(latest, ranks[guard] as number), own))
  }
  if (isAscending(ranks)) return expression
  const order = ranks.map((_, at) => at).sort((a, b) => (ranks[a] as number) - (ranks[b] as number) || a - b)
  const places: number[] = []
  for (const [place, at] of order.entries()) places[at] = place
  const moved = order.map((at): Operand => {
    const operand = operands[at] as Operand
    return { ...operand, guards: operand.guards.map((guard) => places[guard] as number).sort((a, b) => a - b) }
  })
  return chain(operator, moved)
}

function isAscending(ranks: readonly number[]): boolean {
  return ranks.every((rank, at) => at === 0 || (ranks[at - 1] as number) <= rank)
}

function inOrder(steps: readonly DecisionStep[]): readonly DecisionStep[] {
  if (steps.length < 2) return steps
  const groups: DecisionStep[][] = []
  let last: DecisionStep | null = null
  for (const step of steps) {
    if (last !== null && mayChangePlaces(last, step)) groups.at(-1)?.push(step)
    else groups.push([step])
    last = step
  }
  return groups.flatMap(sortedGroup)
}

/** Whether two neighboring steps may swap. Permits have no reason. */
function mayChangePlaces(one: DecisionStep, next: DecisionStep): boolean {
  return one.stage === next.stage && one.effect === next.effect && one.because === next.because
}

function sortedGroup(group: readonly DecisionStep[]): readonly DecisionStep[] {
  if (group.length === 1) return group
  let floor = 0
  const ranked = group.map((step) => {
    const { effect, requires } = step
    if (effect === 'forbid' || requires.length === 0) return { step, rank: rankOf(step) }
    // A step cannot come before the one that it must follow.
    floor = Math.max(floor, rankOf(step))
    return { step, rank: floor }
  })
  return ranked.sort((a, b) => a.rank - b.rank).map(({ step }) => step)
}

function rankOf({ test, headers }: DecisionStep): number {
  const sent = headers.reduce((cost, { value }) => cost + costOf(value) + HEADER, 0)
  return (costOf(test) + sent) / likelihoodOf(test)
}

/** The cost of checking whether a text is a valid header value. */
const HEADER = 30
