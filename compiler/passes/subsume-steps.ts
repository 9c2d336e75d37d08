import { isHeaderValue } from '../../runtime/abi/index.ts'
import type { DecisionStep, Operand, Program, RequirementIr } from '../ir/index.ts'
import { Numbering } from '../ir/numbering.ts'
import { mayBeSkipped } from './fold-chain.ts'
import { isAboutSame } from './narrow/are-independent.ts'
import { Knowledge } from './narrow/knowledge.ts'
import { type Topic, topicOf } from './narrow/predicate.ts'
import { mapPrograms, type Pass } from './pass.ts'

/**
 * Rules that never matter to `decide` go from there: a permit that holds only where another one does that asks for nothing more,
 * or where a forbid denies; a forbid that holds only where another one does. Keeps effect, challenge and reason: of forbids the
 * first one that holds says why, so that a forbid goes only for one before it or for one with its reason, with no other reason in
 * between; one that errs counts as holding, so that what may be skipped as an error proves nothing. Obligations, which rules are
 * named and which err are for functions that ask all rules. What may wait for the body stays.
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

/** So many others a rule is compared with, so that thousands of rules on a route take no longer than their number. */
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
      if (gone.has(other) || !matters(other, step, placeOf) || !isAboutAll(own, topics.of(other))) return false
      known ??= factsOf(step)
      return follows(other, known)
    }
    if ((others?.above(own) ?? decide).some(isNeedless)) gone.add(step)
  }
  return gone.size === 0 ? program : { ...program, decide: decide.filter((step) => !gone.has(step)) }
}

/** What the operands of steps ask about: a step may stand on several routes. */
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

/** From a step follows only what asks about the same. */
function isAboutAll(own: readonly Topic[], its: readonly Topic[]): boolean {
  return its.every((topic) => own.some((one) => isAboutSame(one, topic)))
}

function operandsOf({ test }: DecisionStep): readonly Operand[] {
  if (test.kind === 'Const' && test.value === true) return []
  return test.kind === 'Chain' && test.operator === '&&' ? test.operands : [{ expression: test, guards: [] }]
}

/** What is true where a rule holds; of a forbid, what is not false where it errs. */
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

/** Where a forbid stands among those with other reasons: neighbors with the same one are of one group. */
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

/** Whether a step does not matter where another one holds, too. */
function matters(other: DecisionStep, step: DecisionStep, placeOf: (step: DecisionStep) => Place): boolean {
  if (other === step || other.open !== null) return false
  if (step.effect === 'permit')
    return other.effect === 'forbid' ? other.requires.length === 0 : other.stage === 2 && alwaysPermits(other)
  if (other.effect === 'permit' || other.stage !== step.stage || !other.requires.every((one) => isAmong(one, step.requires)))
    return false
  const [own, its] = [placeOf(step), placeOf(other)]
  return its.at < own.at || its.group === own.group
}

/** It is no more than its test. */
function alwaysPermits({ requires, limit, headers }: DecisionStep): boolean {
  const sent = headers.every(({ value }) => value.kind === 'Const' && isHeaderValue(String(value.value)))
  return requires.length === 0 && !limit?.by?.fails && sent
}

function isAmong({ what, values, within }: RequirementIr, some: readonly RequirementIr[]): boolean {
  return some.some((one) => one.what === what && one.within === within && JSON.stringify(one.values) === JSON.stringify(values))
}

/** Many steps by what is special to them, as a step is compared with few. */
class Others {
  readonly #byTopic = new Map<string, DecisionStep[]>()
  readonly #numbering = new Numbering()

  constructor(steps: readonly DecisionStep[], topics: Topics) {
    for (const step of steps) {
      // The first operand is to whom a rule applies, the last is what is special to it.
      const topic = topics.of(step).at(-1)
      const key = topic === undefined ? '' : this.#keyOf(topic)
      const same = this.#byTopic.get(key)
      if (same === undefined) this.#byTopic.set(key, [step])
      else if (same.length < COMPARED) same.push(step)
    }
  }

  /** Those that may follow from a step that asks about these. */
  above(topics: readonly Topic[]): readonly DecisionStep[] {
    const keys = new Set(['', ...topics.map((topic) => this.#keyOf(topic))])
    return [...keys].flatMap((key) => this.#byTopic.get(key) ?? []).slice(0, COMPARED)
  }

  #keyOf(topic: Topic): string {
    if (typeof topic === 'string') return topic
    return 'kind' in topic ? String(this.#numbering.of(topic)) : `roles ${topic.word}`
  }
}
