import { isHeaderValue } from '../../runtime/abi/index.ts'
import type { Operand, Program, RequirementIr, Step } from '../ir/index.ts'
import { Numbering } from '../ir/numbering.ts'
import { mayBeSkipped } from './fold-chain.ts'
import { Knowledge } from './narrow/knowledge.ts'
import { questionOf } from './narrow/question.ts'
import { mapPrograms, type Pass } from './pass.ts'

/**
 * Rules that never matter to `decide` go from there: a permit that holds only where another one does that asks for nothing more, or where a
 * forbid denies; a forbid that holds only where another one does. Keeps effect, challenge and reason: of forbids the first one
 * that holds says why, so that a forbid goes only for one before it or for one with its reason, with no other reason in between; one
 * that errs counts as holding, so that what may be skipped as an error proves nothing. Obligations, which rules are named and
 * which err are for functions that ask all rules. What may wait for the body stays.
 */
export const subsumeSteps: Pass = {
  name: 'subsume-steps',
  rewrite: null,
  run: (policy) => mapPrograms(policy, subsume),
}

/** So many others a rule is compared with, so that thousands of rules on a route take no longer than their number. */
const COMPARED = 16

function subsume(program: Program): Program {
  const { decide } = program
  if (decide.length < 2) return program
  const numbering = new Numbering()
  const others = new Others(decide, numbering)
  const reasons = reasonsOf(decide)
  const gone = new Set<Step>()
  for (const step of decide) {
    if (step.open !== null) continue
    const known = factsOf(step, numbering)
    const isNeedless = (other: Step) => !gone.has(other) && matters(other, step, reasons) && follows(other, known)
    if (others.above(step).some(isNeedless)) gone.add(step)
  }
  return gone.size === 0 ? program : { ...program, decide: decide.filter((step) => !gone.has(step)) }
}

function operandsOf({ test }: Step): readonly Operand[] {
  if (test.kind === 'Const' && test.value === true) return []
  return test.kind === 'Chain' && test.operator === '&&' ? test.operands : [{ expression: test, guards: [] }]
}

/** What is true where a rule holds; of a forbid, what is not false where it errs. */
function factsOf(step: Step, numbering: Numbering): Knowledge {
  const knowledge = new Knowledge(numbering)
  const operands = operandsOf(step)
  const skipped = step.effect === 'forbid' ? mayBeSkipped(operands) : []
  for (const [at, { expression }] of operands.entries()) if (!skipped[at]) knowledge.learn(expression, true, at)
  return knowledge
}

function follows(other: Step, known: Knowledge): boolean {
  return operandsOf(other).every(({ expression }) => known.ask(expression)?.truth === true)
}

/** Where a forbid stands among those with other reasons: neighbours with the same one are of one group. */
interface Place {
  readonly at: number
  readonly group: number
}

function reasonsOf(steps: readonly Step[]): ReadonlyMap<Step, Place> {
  let group = 0
  return new Map(
    steps.map((step, at) => {
      if (step.because !== steps[at - 1]?.because) group += 1
      return [step, { at, group }]
    }),
  )
}

/** Whether a step does not matter where another one holds, too. */
function matters(other: Step, step: Step, reasons: ReadonlyMap<Step, Place>): boolean {
  if (other === step || other.open !== null) return false
  if (step.effect === 'permit')
    return other.effect === 'forbid' ? other.requires.length === 0 : other.stage === 2 && alwaysPermits(other)
  if (other.effect === 'permit' || other.stage !== step.stage || !other.requires.every((one) => isAmong(one, step.requires)))
    return false
  const [own, its] = [reasons.get(step) as Place, reasons.get(other) as Place]
  return its.at < own.at || its.group === own.group
}

/** It is no more than its test. */
function alwaysPermits({ requires, limit, headers }: Step): boolean {
  const sent = headers.every(({ value }) => value.kind === 'Const' && isHeaderValue(String(value.value)))
  return requires.length === 0 && !limit?.by?.fails && sent
}

function isAmong({ what, values, within }: RequirementIr, some: readonly RequirementIr[]): boolean {
  return some.some((one) => one.what === what && one.within === within && JSON.stringify(one.values) === JSON.stringify(values))
}

/** Steps by something that they ask about, as one step follows from another only if that asks about the same. */
class Others {
  readonly #byTopic = new Map<string, Step[]>()
  readonly #numbering: Numbering

  constructor(steps: readonly Step[], numbering: Numbering) {
    this.#numbering = numbering
    for (const step of steps) {
      // The last operand is what is special to a rule; the first is to whom it applies.
      const [topic = ''] = this.#topics(step).slice(-1)
      const same = this.#byTopic.get(topic)
      if (same === undefined) this.#byTopic.set(topic, [step])
      else if (same.length < COMPARED) same.push(step)
    }
  }

  /** Those from which a step may follow. */
  above(step: Step): readonly Step[] {
    return ['', ...new Set(this.#topics(step))].flatMap((topic) => this.#byTopic.get(topic) ?? []).slice(0, COMPARED)
  }

  #topics(step: Step): readonly string[] {
    return operandsOf(step).map(({ expression }) => {
      const { about } = questionOf(expression)
      if (about === 'identity') return about
      return 'kind' in about ? String(this.#numbering.of(about)) : `roles ${about.word}`
    })
  }
}
