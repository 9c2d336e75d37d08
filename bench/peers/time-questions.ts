import { medianOf } from '../median.ts'
import type { Outcome } from './job.ts'

export interface Budget {
  /** Milliseconds for comparing answers, for getting warm, and for timing. */
  readonly answers: number
  readonly warm: number
  readonly timed: number
}

/** So long that it can be measured, and so short that few are interrupted. */
const BATCH_NANOSECONDS = 1e6
const LEAST_ANSWERS = 100
const LEAST_BATCHES = 20

/** @param decide whether the question of this number is permitted */
export function timeQuestions(count: number, decide: (question: number) => boolean, version: string, budget: Budget): Outcome {
  let answers = ''
  const started = performance.now()
  while (answers.length < count && (answers.length < LEAST_ANSWERS || performance.now() - started < budget.answers))
    answers += decide(answers.length) ? '1' : '0'

  let at = 0
  let permitted = 0
  const batch = (size: number): number => {
    const begun = process.hrtime.bigint()
    for (let done = 0; done < size; done += 1) {
      if (decide(at)) permitted += 1
      at = at + 1 === count ? 0 : at + 1
    }
    return Number(process.hrtime.bigint() - begun) / size
  }
  let size = 1
  for (const end = performance.now() + budget.warm; performance.now() < end; ) size = sizeFor(batch(size))
  const times: number[] = []
  for (const end = performance.now() + budget.timed; times.length < LEAST_BATCHES || performance.now() < end; )
    times.push(batch(size))
  if (permitted < 0) throw new Error('nothing was decided')
  return { answers, nanoseconds: medianOf(times), batches: times.length, version }
}

function sizeFor(nanoseconds: number): number {
  return Math.max(1, Math.round(BATCH_NANOSECONDS / nanoseconds))
}
