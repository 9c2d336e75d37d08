import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Room, Wanted } from '../../../proxy/rate-limits/index.ts'
import type { FromWorker } from '../messages.ts'
import { LimitsOverIpc } from './limits-over-ipc.ts'

let told: Extract<FromWorker, { kind: 'limit' }>[]
let limits: LimitsOverIpc

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  told = []
  limits = new LimitsOverIpc((message) => void told.push(message as (typeof told)[number]))
})
afterEach(() => {
  vi.useRealTimers()
})

const wanted = (rule: string): readonly Wanted[] => [{ ids: [rule], rule, count: 1, per: 1 }]
const room = (left: number): readonly Room[] => [{ taken: true, left, wait: 1 }]
const turn = () => new Promise((resolve) => setImmediate(resolve))

test('what is asked in one turn is one message, and each gets its own answer', async () => {
  const asked = [limits.take(wanted('a')), limits.take(wanted('b'))]
  await turn()
  asked.push(limits.take(wanted('c')))
  await turn()
  expect(told.map(({ wanted }) => wanted.flat().map(({ rule }) => rule))).toEqual([['a', 'b'], ['c']])
  const [first, second] = told.map(({ id }) => id) as [number, number]
  limits.limited(second, [room(3)])
  limits.limited(first, [room(1), room(2)])
  expect(await Promise.all(asked)).toEqual([room(1), room(2), room(3)])
  expect(vi.getTimerCount()).toBe(0)
})

test('an answer that does not come is none, and one that comes too late neither', async () => {
  const asked = limits.take(wanted('a'))
  const refused = expect(asked).rejects.toThrow('the supervisor did not answer a worker within 2000 ms')
  await turn()
  vi.advanceTimersByTime(1999)
  const other = limits.take(wanted('b'))
  await turn()
  vi.advanceTimersByTime(1)
  await refused
  const [first, second] = told.map(({ id }) => id) as [number, number]
  limits.limited(first, [room(1)])
  limits.limited(second, [room(2)])
  expect(await other).toEqual(room(2))
})
