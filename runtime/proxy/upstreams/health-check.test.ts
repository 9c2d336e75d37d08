import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { HealthCheck } from './health-check.ts'

const config = { path: '/', interval: 1000, timeout: 100, healthy: 2, unhealthy: 3 }

/** What is answered, one after the other; then silence. */
let answers: (boolean | null)[]
let asked: number
let told: boolean[]
let check: HealthCheck

beforeEach(() => {
  vi.useFakeTimers()
  asked = 0
  told = []
})

afterEach(() => {
  check.close()
  vi.useRealTimers()
})

async function run(...texts: string[]): Promise<boolean[]> {
  answers = [...texts.join('')].map((each) => (each === '?' ? null : each === '+'))
  check = new HealthCheck(
    config,
    () => {
      asked++
      const answer = answers.shift()
      return answer === undefined ? new Promise(() => {}) : Promise.resolve(answer)
    },
    (healthy) => void told.push(healthy),
  )
  await vi.advanceTimersByTimeAsync(60_000)
  return told
}

test.each([
  ['well all the time', '++++', []],
  ['the first answer decides alone', '-', [false]],
  ['so does a good one, which changes nothing', '+--+--+', []],
  ['down after three bad ones in a row', '+---', [false]],
  ['up again after two good ones in a row', '+----+-++', [false, true]],
  ['down again', '-++---', [false, true, false]],
  ['what could not be asked tells nothing, the first time neither', '?+--?-??', [false]],
])('%s', async (_, text, expected) => {
  expect(await run(text)).toEqual(expected)
})

test('asks at once, and then so long after each answer', async () => {
  await run('+++')
  expect(asked).toBe(4)
})

test('once it is closed it asks and tells nothing more', async () => {
  let answer: (well: boolean) => void = () => {}
  check = new HealthCheck(
    config,
    () => {
      asked++
      return new Promise((resolve) => {
        answer = resolve
      })
    },
    (healthy) => void told.push(healthy),
  )
  check.close()
  answer(false)
  await vi.advanceTimersByTimeAsync(10_000)
  expect([asked, told, vi.getTimerCount()]).toEqual([1, [], 0])
})
