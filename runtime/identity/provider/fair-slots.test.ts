import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { FairSlots } from './fair-slots.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** Work that ends when a test says so. */
function bench(options: Partial<ConstructorParameters<typeof FairSlots>[0]> = {}) {
  const slots = new FairSlots({ slots: 8, waiting: 40, patience: 2000, ...options })
  const begun: { readonly name: string; end(): void }[] = []
  const outcomes: (string | null)[] = []
  const run = (name: string) =>
    slots
      .run(name, () => new Promise<string>((resolve) => begun.push({ name, end: () => resolve(name) })))
      .then((outcome) => outcomes.push(outcome))
  const settle = () => vi.advanceTimersByTimeAsync(0)
  return {
    begun,
    outcomes,
    run,
    settle,
    under: (name: string) => begun.filter((one) => one.name === name).length,
    async endOne() {
      begun.shift()?.end()
      await settle()
    },
  }
}

test('one source gets half of the slots, and others still find some', async () => {
  const { run, settle, under } = bench()
  for (let i = 0; i < 20; i++) void run('mallory')
  await settle()
  expect(under('mallory')).toBe(4)
  void run('ann')
  void run('bob')
  await settle()
  expect([under('ann'), under('bob')]).toEqual([1, 1])
})

test('a slot that is free goes to the source whose turn it is, however long another one waits', async () => {
  const { run, settle, under, endOne, outcomes } = bench({ slots: 2 })
  for (let i = 0; i < 15; i++) void run('mallory')
  await settle()
  expect(under('mallory')).toBe(1)
  void run('ann')
  void run('bob')
  await settle()
  while (under('ann') + under('bob') > 0 || outcomes.length === 0) await endOne()
  expect(outcomes.filter((one) => one === 'mallory').length).toBeLessThan(4)
  expect(outcomes).toEqual(expect.arrayContaining(['ann', 'bob']))
})

test('who has waited for too long, or finds too many waiting, is told so', async () => {
  const { run, settle, begun, outcomes } = bench({ slots: 2 })
  for (let i = 0; i < 21; i++) void run('mallory')
  void run('mallory')
  await settle()
  // Half of the places to wait.
  expect(outcomes).toEqual([null])
  await vi.advanceTimersByTimeAsync(1999)
  expect(outcomes.length).toBe(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(outcomes).toEqual(Array.from({ length: 21 }, () => null))
  expect(begun.length).toBe(1)
})

test('work that fails gives its slot back, and nothing is left of who is done', async () => {
  const slots = new FairSlots({ slots: 2, waiting: 2, patience: 1000 })
  for (let i = 0; i < 10; i++) await expect(slots.run(`source ${i}`, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await slots.run('ann', async () => 'done')).toBe('done')
})
