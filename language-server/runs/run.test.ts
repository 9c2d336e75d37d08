import { expect, test } from 'vitest'
import type { Steps } from '../../language/index.ts'
import { Run } from './run.ts'

function* endless(): Steps<never> {
  for (;;) yield
}

test('a run answers other messages between its steps, and ends when it is cancelled', async () => {
  let isCancelled = false
  const run = new Run({ isCancelled: () => isCancelled, report: () => {} })
  const running = run.finish(endless())
  // Only a run that pauses lets this timer fire.
  setTimeout(() => {
    isCancelled = true
  }, 0)
  await expect(running).rejects.toThrow('cancelled')
})

test('a run that is cancelled before it begins does nothing', async () => {
  const run = new Run({ isCancelled: () => true, report: () => {} })
  let steps = 0
  const counted = function* (): Steps<number> {
    steps += 1
    yield
    return steps
  }
  await expect(run.finish(counted())).rejects.toThrow('cancelled')
  expect(steps).toBe(0)
})

test('a run reports its progress in percent, and what it throws', async () => {
  const reported: number[] = []
  const run = new Run({ isCancelled: () => false, report: (percent) => reported.push(percent) })
  run.control.progress(1, 3)
  run.control.progress(0, 0)
  expect(reported).toEqual([33, 100])
  const failing = function* (): Steps<never> {
    yield
    throw new Error('no')
  }
  await expect(run.finish(failing())).rejects.toThrow('no')
})
