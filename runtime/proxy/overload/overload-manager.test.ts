import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { connectionsThatFit, memoryShare } from './machine.ts'
import { type Memory, OverloadManager } from './overload-manager.ts'

const MiB = 1 << 20

/** A clock that goes as the tests say, and a machine that has what they say. */
let now: number
let memory: Memory
let said: string[]
let full: number
let guard: OverloadManager

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  now = 0
  memory = { resident: 100 * MiB, heap: 0.1 }
  said = []
  full = 0
  const say = (message: string, fields?: object) => void said.push(`${message}${fields ? ` ${JSON.stringify(fields)}` : ''}`)
  guard = new OverloadManager({
    log: { info: say, warn: say, error: say },
    lag: 1000,
    memory: 1000 * MiB,
    onFull: () => full++,
    look: () => memory,
  })
  guard.start()
})

afterEach(() => {
  guard.stop()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** So many ticks, each in time or late by so much. */
function ticks(count: number, late = 0): void {
  for (let i = 0; i < count; i++) {
    now += 100 + late
    vi.advanceTimersToNextTimer()
  }
}

describe('lag', () => {
  test('once is nothing: a bundle was loaded', () => {
    ticks(3)
    ticks(1, 3000)
    expect(guard.reason).toBeNull()
    ticks(1)
    ticks(1, 3000)
    expect(guard.reason).toBeNull()
  })

  test('twice in a row refuses, until it has been in time for a while', () => {
    ticks(2, 1200)
    expect(guard.reason).toBe('lag')
    ticks(4)
    expect(guard.reason).toBe('lag')
    // Not late enough to begin, and not in time.
    ticks(1, 700)
    ticks(4)
    expect(guard.reason).toBe('lag')
    ticks(1)
    expect(guard.reason).toBeNull()
    expect(said).toEqual(['requests are refused until it is better {"reason":"lag"}', 'requests are taken again'])
  })

  test('the greatest is told once', () => {
    ticks(1, 40)
    ticks(1, 300)
    ticks(1, 20)
    expect([guard.longest(), guard.longest()]).toEqual([300, 0])
  })
})

describe('memory', () => {
  test.each<[string, Memory, Memory, Memory]>([
    ['resident', { resident: 1000 * MiB, heap: 0.1 }, { resident: 950 * MiB, heap: 0.1 }, { resident: 899 * MiB, heap: 0.1 }],
    ['heap', { resident: 1, heap: 0.85 }, { resident: 1, heap: 0.8 }, { resident: 1, heap: 0.74 }],
  ])('%s: refuses from one mark on, until it is below a lower one', (_, much, between, little) => {
    memory = between
    ticks(20)
    expect(guard.reason).toBeNull()
    memory = much
    ticks(10)
    expect(guard.reason).toBe('memory')
    memory = between
    ticks(20)
    expect(guard.reason).toBe('memory')
    memory = little
    ticks(10)
    expect([guard.reason, full]).toEqual([null, 0])
  })

  test.each<[string, Memory]>([
    ['resident', { resident: 1250 * MiB, heap: 0.1 }],
    ['heap', { resident: 1, heap: 0.95 }],
  ])('%s: past a mark beyond that another process has to take over, once', (_, held) => {
    memory = held
    ticks(40)
    expect([guard.reason, full]).toEqual(['memory', 1])
  })

  test('what does not get better by itself is replaced after a minute', () => {
    memory = { resident: 1001 * MiB, heap: 0.1 }
    ticks(590)
    expect(full).toBe(0)
    ticks(30)
    expect(full).toBe(1)
  })
})

describe('what fits', () => {
  test.each([
    [1_048_576, 20_000],
    [Number.POSITIVE_INFINITY, 20_000],
    [1024, 480],
    [100, 18],
    [20, 8],
  ])('%d file descriptors are enough for %d connections', (descriptors, connections) => {
    expect(connectionsThatFit(descriptors)).toBe(connections)
  })

  test('listeners for checks have as many connections of their own', () => {
    expect(connectionsThatFit(1024, true)).toBe(320)
  })

  test('those who share a machine have three quarters of it together', () => {
    expect(memoryShare(4)).toBeCloseTo(memoryShare(1) / 4, -1)
    expect(memoryShare(1_000_000)).toBe(64 * MiB)
  })
})
