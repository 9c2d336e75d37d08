import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MemoryStore } from './memory-store.ts'

let now: number
let store: MemoryStore

beforeEach(() => {
  now = 1_000_000
  store = new MemoryStore(() => now, { weight: 100_000 })
})

afterEach(() => store.close())

describe('memory', () => {
  test('keeps for as long as is used, and no longer than its end', async () => {
    await store.put('a', '1', { until: now + 1000, idle: 300 })
    for (let i = 0; i < 4; i++) {
      now += 200
      expect(await store.get('a')).toBe('1')
    }
    now += 199
    expect(await store.get('a')).toBe('1')
    now += 1
    expect(await store.get('a')).toBeNull()
    await store.put('b', '1', { until: now + 1000, idle: 300 })
    now += 300
    expect(await store.get('b')).toBeNull()
    expect(store.size).toBe(0)
  })

  test('says how many sessions it has: neither what else it keeps, nor what is over', async () => {
    for (const key of ['session:a', 'session:b', 'jti x']) await store.put(key, '1', { until: now + 1000 })
    await store.put('session:c', '1', { until: now + 10 })
    now += 10
    expect(await store.status('session:')).toEqual({
      kind: 'memory',
      available: true,
      latency: null,
      sessions: 2,
      isMinimum: false,
      memory: null,
    })
  })

  test('gives what is taken once', async () => {
    await store.put('a', '1', { until: now + 1000 })
    expect(await Promise.all([store.take('a'), store.take('a')])).toEqual(['1', null])
  })

  test('replaces only what is there still, and keeps its end and its tags', async () => {
    await store.put('a', '1', { until: now + 1000, idle: 500, tags: ['t'] })
    expect(await store.replace('a', '1', '2')).toBe(true)
    expect(await store.replace('a', '1', '3')).toBe(false)
    expect(await store.get('a')).toBe('2')
    expect(await store.endTagged('t')).toEqual(['a'])
    expect(await store.replace('a', '2', '4')).toBe(false)
    expect(await store.get('a')).toBeNull()
  })

  test('has one holder of a lease, until it ends or is given back', async () => {
    expect(await store.add('l', 'one', 100)).toBe(true)
    expect(await store.add('l', 'two', 100)).toBe(false)
    expect(await store.renew('l', 'two', 100)).toBe(false)
    now += 99
    expect(await store.renew('l', 'one', 100)).toBe(true)
    await store.release('l', 'two')
    expect(await store.add('l', 'two', 100)).toBe(false)
    now += 100
    expect(await store.add('l', 'two', 100)).toBe(true)
    await store.release('l', 'two')
    expect(await store.add('l', 'one', 100)).toBe(true)
  })

  test('remembers what came until it would count no longer, and forgets nothing for what comes after', async () => {
    const until = Math.ceil(now / 1000) + 60
    expect(await store.once('a', until, 'ann')).toBe('new')
    for (let i = 0; i < 10_000; i++) await store.once(`b${i}`, until, 'bob')
    expect(await store.once('a', until, 'ann')).toBe('known')
    now = until * 1000 - 1
    expect(await store.once('a', until, 'ann')).toBe('known')
    now = (until + 30) * 1000
    expect(await store.once('a', until + 90, 'ann')).toBe('new')
    expect(store.size).toBe(0)
  })

  test('tells of what is ended, before that is settled', async () => {
    const heard: string[] = []
    store.onEnd((keys) => heard.push(...keys))
    await store.put('a', '1', { until: now + 1000, tags: ['ann'] })
    await store.put('b', '1', { until: now + 1000, tags: ['ann', 'one'] })
    await store.put('c', '1', { until: now + 1000, tags: ['bob'] })
    await store.end(['a'])
    expect(heard).toEqual(['a'])
    await store.endTagged('ann')
    expect(heard).toEqual(['a', 'b'])
    expect(await store.get('c')).toBe('1')
    expect(await store.endTagged('one')).toEqual([])
  })

  test('has so many of a group, and the oldest goes', async () => {
    const all = { name: 'all', most: 4 }
    for (const key of ['a', 'b', 'c', 'd'])
      await store.put(key, key, { until: now + 1000, groups: [{ name: 'g', most: 3 }, all] })
    for (const key of ['e', 'f']) await store.put(key, key, { until: now + 1000, groups: [{ name: 'other', most: 3 }, all] })
    expect(await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((key) => store.get(key)))).toEqual([
      null,
      null,
      'c',
      'd',
      'e',
      'f',
    ])
  })

  test('is bounded: what was used least recently goes, and that is told', async () => {
    const heard: string[] = []
    store.onEnd((keys) => heard.push(...keys))
    await store.put('kept', 'x', { until: now + 1000 })
    for (let i = 0; i < 200; i++) {
      await store.put(`k${i}`, 'x'.repeat(1000), { until: now + 1000 })
      await store.get('kept')
    }
    expect(store.size).toBeLessThan(50)
    expect(await store.get('kept')).toBe('x')
    expect(await store.get('k199')).not.toBeNull()
    expect(heard).toContain('k0')
  })
})
