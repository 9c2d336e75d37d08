import { beforeEach, describe, expect, test } from 'vitest'
import { MemoryStore } from './memory-store.ts'

/** Class "one fills what others need": whatever one account, or one identity, does, the sessions of others stay, and others still get in. */

const LIMIT = 1_000_000
/** Characters of a value with which an entry weighs about 10,000 bytes. */
const TEN = 4_840
let now: number
let store: MemoryStore
let ended: string[]

beforeEach(async () => {
  await store?.close()
  now = 1_000_000
  store = new MemoryStore(() => now, { weight: LIMIT })
  ended = []
  store.onEnd((keys) => ended.push(...keys))
})

function signIn(subject: string, key: string, { identity = 'staff', size = TEN, most = 1000 } = {}): Promise<boolean> {
  return store.put(key, 'x'.repeat(size), {
    until: now + 3_600_000,
    groups: [{ name: `sessions of ${identity} ${subject}`, most }],
    owner: { identity, subject },
  })
}
const isThere = async (...keys: readonly string[]) =>
  (await Promise.all(keys.map((key) => store.get(key)))).every((one) => one !== null)

describe('one subject', () => {
  test('has so many sessions: its own oldest ends, which is told', async () => {
    await signIn('ann', 'ann')
    for (let i = 0; i < 5; i++) expect(await signIn('mallory', `m${i}`, { most: 3 })).toBe(true)
    expect(ended).toEqual(['m0', 'm1'])
    expect(await isThere('ann', 'm2', 'm3', 'm4')).toBe(true)
  })

  test('ends nobody else, however often it signs in and however much it has', async () => {
    for (const name of ['ann', 'bob', 'eve']) await signIn(name, name)
    for (let i = 0; i < 500; i++) expect(await signIn('mallory', `m${i}`)).toBe(true)
    expect(await isThere('ann', 'bob', 'eve', 'm499')).toBe(true)
    expect(ended.every((key) => key.startsWith('m'))).toBe(true)
    // And there is room for who comes after.
    for (let i = 0; i < 50; i++) expect(await signIn(`new ${i}`, `new ${i}`)).toBe(true)
  })

  test('that makes its sessions larger by refreshing them ends its own alone', async () => {
    await signIn('ann', 'ann')
    for (let i = 0; i < 800; i++) await signIn('mallory', `m${i}`, { size: 100 })
    const value = 'x'.repeat(100)
    for (let i = 0; i < 800; i++) await store.replace(`m${i}`, value, 'y'.repeat(TEN))
    expect(await isThere('ann')).toBe(true)
    expect(await signIn('bob', 'bob')).toBe(true)
  })
})

describe('many subjects', () => {
  test('with a session each fill it: nobody loses a session, and the next one is refused', async () => {
    const admitted: string[] = []
    for (let i = 0; i < 200; i++) if (await signIn(`u${i}`, `u${i}`)) admitted.push(`u${i}`)
    expect(admitted.length).toBeGreaterThan(80)
    expect(admitted.length).toBeLessThan(90)
    expect(await isThere(...admitted)).toBe(true)
    expect(ended).toEqual([])
    // Who has one gets another in its place.
    expect(await signIn('u0', 'again')).toBe(true)
    expect(ended).toEqual(['u0'])
  })

  test('with several sessions each give way to who has none', async () => {
    for (let i = 0; i < 400; i++) await signIn(`m${i % 20}`, `m${i}`)
    for (let i = 0; i < 60; i++) expect(await signIn(`u${i}`, `u${i}`)).toBe(true)
    expect(ended.some((key) => key.startsWith('u'))).toBe(false)
  })

  test('room comes back when sessions have ended', async () => {
    for (let i = 0; i < 200; i++) await signIn(`u${i}`, `u${i}`)
    expect(await signIn('ann', 'ann')).toBe(false)
    now += 3_600_000
    expect(await signIn('ann', 'ann')).toBe(true)
  })
})

test('an identity that is full leaves room for another, again and again, and takes nothing from it', async () => {
  await signIn('ann', 'ann', { identity: 'staff' })
  for (const identity of ['customers', 'partners', 'guests']) {
    let admitted = 0
    for (let i = 0; i < 200; i++) if (await signIn(`u${i}`, `${identity} ${i}`, { identity, size: 500 })) admitted++
    for (let i = 0; i < 200; i++) await signIn('mallory', `${identity} m${i}`, { identity })
    expect(admitted).toBeGreaterThan(0)
  }
  expect(await signIn('bob', 'bob', { identity: 'staff', size: 500 })).toBe(true)
  expect(await isThere('ann', 'bob')).toBe(true)
})

test('what has no owner takes nothing from sessions, nor they from it', async () => {
  await signIn('ann', 'ann')
  await store.put('mark', '1', { until: now + 3_600_000 })
  for (let i = 0; i < 500; i++) await signIn('mallory', `m${i}`)
  expect(await isThere('mark')).toBe(true)
  for (let i = 0; i < 500; i++) await store.put(`l${i}`, 'x'.repeat(TEN), { until: now + 3_600_000 })
  expect(await isThere('ann', 'm499')).toBe(true)
})
