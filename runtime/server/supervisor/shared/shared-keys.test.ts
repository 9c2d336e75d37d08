import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { type AssertionConfig, followSigningKeys, type StoredKey } from '../../../identity/index.ts'
import { SharedKeys } from './shared-keys.ts'

const DAY = 86_400_000
const quiet = { info: () => {}, warn: () => {}, error: () => {} }
const config: AssertionConfig = { issuer: 'iap', lifetime: 120_000, state: null, rotation: 30 * DAY }

let now: number
let told: (readonly StoredKey[])[]
let shared: SharedKeys

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  now = 1000 * DAY
  told = []
  shared = new SharedKeys(
    quiet,
    (keys) => told.push(keys),
    () => now,
  )
})

afterEach(() => {
  shared.close()
  vi.useRealTimers()
})

describe('keys of all workers', () => {
  test('are those that they were given, until they are told of the next', () => {
    const keys = shared.open(config)
    if (keys === null) throw new Error('there are none')
    shared.use(keys)
    const workers = [followSigningKeys(keys.stored(now)), followSigningKeys(keys.stored(now))]
    vi.advanceTimersToNextTimer()
    expect(told).toEqual([])
    const first = workers[0]?.current(now).kid
    // Long before it signs, so that services know it by then.
    now += 29.5 * DAY
    vi.advanceTimersToNextTimer()
    vi.advanceTimersToNextTimer()
    expect(told).toHaveLength(1)
    for (const worker of workers) worker.take(told[0] ?? [])
    for (const worker of workers) {
      expect(worker.published(now)).toEqual(keys.published(now))
      expect(worker.published(now)).toHaveLength(2)
      expect(worker.current(now).kid).toBe(first)
      expect(worker.current(now + DAY).kid).not.toBe(first)
    }
  })

  test('outlive a configuration, in memory as in a folder', () => {
    const folder = mkdtempSync(join(tmpdir(), 'iap-keys-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    for (const state of [null, join(folder, 'state')]) {
      const before = shared.open({ ...config, state })
      const after = shared.open({ ...config, state, issuer: 'other' })
      expect(after?.stored(now)).toEqual(before?.stored(now))
      expect(after?.stored(now)).toHaveLength(1)
    }
  })

  test('that cannot be had are none', () => {
    expect(shared.open({ ...config, state: '/dev/null/x' })).toBeNull()
  })
})
