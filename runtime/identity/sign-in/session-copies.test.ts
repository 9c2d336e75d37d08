import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { poll } from '../../../tests/support/until.ts'
import { MemoryStore } from '../sessions/index.ts'
import { SessionCopies } from './session-copies.ts'

let store: MemoryStore
let copies: SessionCopies

beforeEach(async () => {
  store = new MemoryStore(() => 0)
  copies = new SessionCopies(store, () => 0, 60_000)
  await store.put('a', '1', { until: 1000 })
})

afterEach(async () => {
  copies.close()
  await store.close()
})

function live(key: string) {
  const user = { sessionEnded: vi.fn() }
  copies.usersOf(key).add(user)
  return user.sessionEnded
}

test('what lives on a session ends with it', async () => {
  copies.open('a')
  const ended = live('a')
  expect(ended).not.toHaveBeenCalled()
  await store.end(['a'])
  expect(ended).toHaveBeenCalledOnce()
})

test('what comes to live on it when it has just ended ends, too', async () => {
  const copy = copies.open('a')
  await store.end(['a'])
  expect(copy.holds()).toBe(false)
  const ended = live('a')
  await poll(() => ended.mock.calls).toHaveLength(1)
})

test('what comes when its copy has given way to others goes on until it ends', async () => {
  copies.open('a')
  copies.forget('a')
  const ended = live('a')
  expect(await store.get('a')).toBe('1')
  await new Promise((resolve) => setImmediate(resolve))
  expect(ended).not.toHaveBeenCalled()
  await store.end(['a'])
  expect(ended).toHaveBeenCalledOnce()
})

test('a copy does not count once something may have been missed, however soon the store is heard again', () => {
  let hearing: number | null = 0
  vi.spyOn(store, 'hearing').mockImplementation(() => hearing as number)
  const copy = copies.open('a')
  expect(copy.holds()).toBe(true)
  hearing = null
  expect(copy.holds()).toBe(false)
  const blind = copies.open('b')
  hearing = 1
  expect([copy.holds(), blind.holds(), copies.open('c').holds()]).toEqual([false, false, true])
})

test('what was not told of is noticed as soon as the store is heard again, and not while it is away', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  let hearing: number | null = 0
  vi.spyOn(store, 'hearing').mockImplementation(() => hearing as number)
  const mine = new SessionCopies(store, () => 0, 60_000)
  mine.open('a')
  const sessionEnded = vi.fn()
  mine.usersOf('a').add({ sessionEnded })
  const get = vi.spyOn(store, 'get')
  hearing = null
  await store.take('a')
  await vi.advanceTimersByTimeAsync(2000)
  expect(get).not.toHaveBeenCalled()
  hearing = 1
  await vi.advanceTimersByTimeAsync(250)
  expect(sessionEnded).toHaveBeenCalledOnce()
  mine.close()
})
