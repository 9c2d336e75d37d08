import { isHeaderValue } from '../../runtime/abi/index.ts'
import type { DecisionStep, Operand, Program, RequirementIr } from '../ir/index.ts'
import { Numbering } from '../ir/numbering.ts'
import { mayBeSkipped } from './fold-chain.ts'
import { isAboutSame } from './narrow/are-independent.ts'
import { Knowledge } from './narrow/knowledge.ts'
import { type Topic, topicOf } from './narrow/predicate.ts'
import { mapPrograms, type Pass } from './pass.ts'

/**
 * Drops rules that never affect `decide`: a permit that holds only if another without obligations does, or if a forbid denies; a
 * forbid that holds only if another does. Preserves effect, challenge and reason: the first forbid that holds gives the reason,
 * so a forbid yields only to an earlier one, or to one of its reason with no other in between. A forbid that errs counts as
 * holding, so operands that may be skipped prove nothing. Obligations and names of rules come from other functions, which
 * evaluate all rules. Steps that may wait for the body stay.
 */
export const subsumeSteps: Pass = {
  name: 'subsume-steps',
  rewrite: null,
  local: null,
  run: (policy) => {
    const topics = new Topics()
    return mapPrograms(policy, (program) => subsume(program, topics))
  },
}

/** The maximum number of comparisons per rule, so that the time for thousands of rules stays linear. */
const COMPARED = 16

function subsume(program: Program, topics: Topics): Program {
  const { decide } = program
  if (decide.length < 2) return program
  const others = decide.length <= COMPARED ? null : new Others(decide, topics)
  let places: ReadonlyMap<DecisionStep, Place> | null = null
  const placeOf = (step: DecisionStep) => {
    places ??= placesOf(decide)
    return places.get(step) as Place
  }
  const gone = new Set<DecisionStep>()
  for (const step of decide) {
    if (step.open !== null) continue
    const own = topics.of(step)
    let known: Knowledge | null = null
    const isNeedless = (other: DecisionStep) => {
      if (gone.has(other) || !covers(other, step, placeOf) || !isAboutAll(own, topics.of(other))) return false
      known ??= factsOf(step)
      return follows(other, known)
    }
    if ((others?.above(own) ?? decide).some(isNeedless)) gone.add(step)
  }
  return gone.size === 0 ? program : { ...program, decide: decide.filter((step) => !gone.has(step)) }
}

/** The topics of steps' operands, memoized, as a step may be on several routes. */
class Topics {
  readonly #known = new Map<DecisionStep, readonly Topic[]>()

  of(step: DecisionStep): readonly Topic[] {
    const known = this.#known.get(step)
    if (known !== undefined) return known
    const topics = operandsOf(step).map(({ expression }) => topicOf(expression))
    this.#known.set(step, topics)
    return topics
  }
}

/** A step can imply only what is about its own topics. */
function isAboutAll(own: readonly Topic[], its: readonly Topic[]): boolean {
  return its.every((topic) => own.some((one) => isAboutSame(one, topic)))
}

function operandsOf({ test }: DecisionStep): readonly Operand[] {
  if (test.kind === 'Const' && test.value === true) return []
  return test.kind === 'Chain' && test.operator === '&&' ? test.operands : [{ expression: test, guards: [] }]
}

/** Returns the facts if a rule holds; for a forbid, those that are not false if it errs. */
function factsOf(step: DecisionStep): Knowledge {
  const knowledge = new Knowledge(new Numbering())
  const operands = operandsOf(step)
  const skipped = step.effect === 'forbid' ? mayBeSkipped(operands) : []
  for (const [at, { expression }] of operands.entries()) if (!skipped[at]) knowledge.learn(expression, true, at)
  return knowledge
}

function follows(other: DecisionStep, known: Knowledge): boolean {
  return operandsOf(other).every(({ expression }) => known.ask(expression)?.truth === true)
}

/** A forbid's position among those of other reasons: neighbors of one reason are a group. */
interface Place {
  readonly at: number
  readonly group: number
}

function placesOf(steps: readonly DecisionStep[]): ReadonlyMap<DecisionStep, Place> {
  let group = 0
  return new Map(
    steps.map((step, at) => {
      if (step.because !== steps[at - 1]?.because) group += 1
      return [step, { at, group }]
    }),
  )
}

/** Whether the decision does not depend on `step` if `other` holds too. */
function covers(other: DecisionStep, step: DecisionStep, placeOf: (step: DecisionStep) => Place): boolean {
  if (other === step || other.open !== null) return false
  if (step.effect === 'permit')
    return other.effect === 'forbid' ? other.requires.length === 0 : other.stage === 2 && alwaysPermits(other)
  if (other.effect === 'permit' || other.stage !== step.stage || !other.requires.every((one) => isAmong(one, step.requires)))
    return false
  const [own, its] = [placeOf(step), placeOf(other)]
  return its.at < own.at || its.group === own.group
}

/** Whether the permit holds if its test does. */
function alwaysPermits({ requires, limit, headers }: DecisionStep): boolean {
  const sent = headers.every(({ value }) => value.kind === 'Const' && isHeaderValue(String(value.value)))
  return requires.length === 0 && !limit?.by?.fails && sent
}

function isAmong({ what, values, within }: RequirementIr, some: readonly RequirementIr[]): boolean {
  return some.some((one) => one.what === what && one.within === within && JSON.stringify(one.values) === JSON.stringify(values))
}

/** Indexes steps by their most specific topic, so that a step is compared with few. */
class Others {
  readonly #byTopic = new Map<string, DecisionStep[]>()
  readonly #numbering = new Numbering()

  constructor(steps: readonly DecisionStep[], topics: Topics) {
    for (const step of steps) {
      // The first operand is the rule's `to`, the last one its most specific test.
      const topic = topics.of(step).at(-1)
      const key = topic === undefined ? '' : this.#keyOf(topic)
      const same = this.#byTopic.get(key)
      if (same === undefined) this.#byTopic.set(key, [step])
      else if (same.length < COMPARED) same.push(step)
    }
  }

  /** Returns the steps that may follow from a step with these topics. */
  above(topics: readonly Topic[]): readonly DecisionStep[] {
    const keys = new Set(['', ...topics.map((topic) => this.#keyOf(topic))])
    return [...keys].flatMap((key) => this.#byTopic.get(key) ?? []).slice(0, COMPARED)
  }

  #keyOf(topic: Topic): string {
    if (typeof topic === 'string') return topic
    return 'kind' in topic ? String(this.#numbering.of(topic)) : `roles ${topic.word}`
  }
}
