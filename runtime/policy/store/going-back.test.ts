import { createPublicKey } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { generateSigningKey, type PackInput } from '../../../compiler/bundle/index.ts'
import { tinyBundle, tinyPolicy, tinySchemas, tinySigner } from '../../../tests/bundles/tiny-policy.ts'
import { poll } from '../../../tests/support/until.ts'
import { PolicySlot, PolicyStore, type PolicyStoreOptions, type SlotOptions } from '../index.ts'

let state: string
let now: number
/** Of the store that was opened last. */
let slot: PolicySlot

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'iap-back-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  state = join(folder, 'var')
  now = 1_000_000
})

function open(options: Partial<PolicyStoreOptions> = {}, how: SlotOptions = {}): Promise<PolicyStore> {
  slot = new PolicySlot(how)
  const keys = [{ kid: tinySigner.kid, key: createPublicKey(tinySigner.key) }]
  return PolicyStore.open({ keys, state, clock: () => now, enforcers: slot, ...options })
}

/** The content is that of `group`. */
function version(group: string, sequence: number, changes: Partial<PackInput> = {}): Promise<Uint8Array> {
  return tinyBundle({
    compiled: { policy: tinyPolicy(group), needs: ['identity:jwt'], schemas: tinySchemas },
    sequence,
    ...changes,
  })
}

const note = () => JSON.parse(readFileSync(join(state, 'sequence.json'), 'utf8'))
const revisionOf = (store: PolicyStore) => store.status.active?.revision as string

/** A store that went from `a` (1) to `b` (2), and their revisions. */
async function atB(options: Partial<PolicyStoreOptions> = {}): Promise<{ store: PolicyStore; a: string; b: string }> {
  const store = await open(options)
  await store.activate(await version('a', 1))
  const a = revisionOf(store)
  await store.activate(await version('b', 2))
  return { store, a, b: revisionOf(store) }
}

describe('going back', () => {
  it('serves what served before, holds what it went back from, and cannot be done twice', async () => {
    const { store, a, b } = await atB()
    expect(await store.rollback()).toMatchObject({ kind: 'activated', revision: a, sequence: 1, origin: 'rollback' })
    expect(slot.current?.revision).toBe(a)
    expect(store.status).toMatchObject({ active: { revision: a, origin: 'rollback' }, quarantined: b, lastError: null })
    expect(note()).toEqual({ sequence: 2, revision: a, quarantined: b })
    expect(await store.rollback()).toMatchObject({ kind: 'refused', code: 'no-previous' })
    expect(slot.current?.revision).toBe(a)
  })

  it('is refused where there is nothing before, and where nothing serves', async () => {
    const store = await open()
    expect(await store.rollback()).toMatchObject({ code: 'no-previous' })
    await store.activate(await version('a', 1))
    expect(await store.rollback()).toMatchObject({ code: 'no-previous' })
    // The same content, built again, is none before it.
    await store.activate(await version('a', 2))
    expect(await store.rollback()).toMatchObject({ code: 'no-previous' })
  })

  it('to what cannot serve any more is refused, and nothing changes', async () => {
    let problems: string[] = []
    const store = await open({}, { bind: () => problems })
    await store.activate(await version('a', 1))
    await store.activate(await version('b', 2))
    const files = readdirSync(state)
    const before = [revisionOf(store), note()]
    problems = ['service `shop` has no upstream']
    expect(await store.rollback()).toMatchObject({ kind: 'refused', code: 'bind' })
    expect([revisionOf(store), note()]).toEqual(before)
    expect(readdirSync(state)).toEqual(files)
    problems = []
    expect(await store.rollback()).toMatchObject({ kind: 'activated' })
  })

  it('works without a directory, as long as the process lives', async () => {
    const { store, a, b } = await atB({ state: null })
    expect(await store.rollback()).toMatchObject({ kind: 'activated', revision: a })
    expect(await store.activate(await version('b', 2))).toMatchObject({ code: 'quarantined' })
    expect(await store.activate(await version('c', 1))).toMatchObject({ code: 'sequence' })
    expect(store.status.quarantined).toBe(b)
  })

  it('works over a restart, by what was kept', async () => {
    const { a, b } = await atB()
    const next = await open()
    await next.activate(await version('b', 2))
    expect(await next.rollback()).toMatchObject({ kind: 'activated', revision: a })
    expect(next.status.quarantined).toBe(b)
  })

  it('trusts no bundle for having been kept: it is verified again', async () => {
    await atB()
    writeFileSync(join(state, 'previous.iapb'), await version('evil', 9, { signers: [generateSigningKey()] }))
    const next = await open()
    await next.activate(await version('b', 2))
    expect(await next.rollback()).toMatchObject({ code: 'unknown-key' })
    writeFileSync(join(state, 'previous.iapb'), 'rubbish')
    expect(await next.rollback()).toMatchObject({ code: 'not-gzip' })
    expect(next.status).toMatchObject({ active: { sequence: 2 }, quarantined: null })
  })
})

describe('what is held', () => {
  it('is not taken, also with a higher sequence, until another one comes', async () => {
    const { store, a } = await atB()
    await store.rollback()
    expect(await store.activate(await version('b', 2))).toMatchObject({ kind: 'refused', code: 'quarantined' })
    expect(await store.activate(await version('b', 7))).toMatchObject({ code: 'quarantined' })
    expect(await store.activate(await version('z', 1))).toMatchObject({ code: 'sequence' })
    expect(slot.current?.revision).toBe(a)
    expect(await store.activate(await version('c', 3))).toMatchObject({ kind: 'activated' })
    expect(store.status).toMatchObject({ quarantined: null, active: { origin: 'source' } })
    expect(note()).toEqual({ sequence: 3, revision: revisionOf(store) })
    expect(await store.activate(await version('b', 4))).toMatchObject({ kind: 'activated' })
  })

  it('stays held over a restart, where the last good one serves, whose sequence is lower', async () => {
    const { store, a, b } = await atB()
    await store.rollback()
    const next = await open()
    expect(await next.activate(await version('b', 2))).toMatchObject({ code: 'quarantined' })
    expect(await next.recover()).toMatchObject({ kind: 'activated', revision: a, origin: 'last-good' })
    expect(next.status).toMatchObject({ quarantined: b, lastError: { code: 'quarantined' } })
    // And the one before it is not what is gone back to.
    expect(await next.rollback()).toMatchObject({ code: 'no-previous' })
  })

  it('is no way in for another one with a lower sequence', async () => {
    const { store } = await atB()
    await store.rollback()
    writeFileSync(join(state, 'last-good.iapb'), await version('older', 0))
    const next = await open()
    expect(await next.recover()).toMatchObject({ code: 'sequence' })
    expect(slot.current).toBeNull()
  })

  it('the source may be brought back to what serves: that is no mistake, and the other one stays held', async () => {
    const { store, a, b } = await atB()
    await store.rollback()
    await store.activate(await version('b', 2))
    expect(await store.activate(await version('a', 1))).toMatchObject({ kind: 'unchanged' })
    expect(store.status).toMatchObject({ lastError: null, quarantined: b, active: { revision: a } })
    expect(note()).toMatchObject({ sequence: 2, quarantined: b })
  })
})

describe('releasing', () => {
  it('lets the source give again what was held', async () => {
    const { store, b } = await atB()
    expect(await store.release()).toBe(false)
    await store.rollback()
    expect(await store.release()).toBe(true)
    expect(note()).not.toHaveProperty('quarantined')
    expect(await store.activate(await version('b', 2))).toMatchObject({ kind: 'activated', revision: b })
    expect(store.status.quarantined).toBeNull()
  })

  it('lasts over a restart', async () => {
    const { store, b } = await atB()
    await store.rollback()
    await store.release()
    const next = await open()
    expect(await next.activate(await version('b', 2))).toMatchObject({ kind: 'activated', revision: b })
  })

  it('does not keep a start without its source from what serves, whose sequence is lower', async () => {
    const { store, a } = await atB()
    await store.rollback()
    await store.release()
    expect(await (await open()).recover()).toMatchObject({ kind: 'activated', revision: a })
  })
})

describe('a process killed while it goes back', () => {
  // In the order in which it happens: the note, the bundle, and the one before is gone.
  it.each([
    ['before the note', 0],
    ['between the note and the bundle', 1],
    ['between the bundle and the removal of the one before', 2],
    ['at the end', 3],
  ])('%s: a start without its source serves one of the two, and never one that is held', async (_, done) => {
    const { store, a, b } = await atB()
    const saved = `${state}.before`
    mkdirSync(saved)
    for (const name of readdirSync(state)) copyFileSync(join(state, name), join(saved, name))
    await store.rollback()
    // What had not happened yet is undone.
    for (const [at, name] of ['sequence.json', 'last-good.iapb', 'previous.iapb'].entries())
      if (at >= done) copyFileSync(join(saved, name), join(state, name))
    const next = await open()
    expect(await next.recover()).toMatchObject({ kind: 'activated', revision: done === 0 ? b : a })
    expect(next.status.quarantined).toBe(done === 0 ? null : b)
    // What was begun is finished.
    if (done === 1) expect(readdirSync(state).sort()).toEqual(['last-good.iapb', 'sequence.json'])
    expect(await next.activate(await version('b', 2))).toMatchObject(done === 0 ? { kind: 'unchanged' } : { code: 'quarantined' })
    expect(await next.activate(await version('older', 1))).toMatchObject({ code: 'sequence' })
    expect(await next.rollback()).toMatchObject(done === 0 ? { kind: 'activated', revision: a } : { code: 'no-previous' })
  })

  it('while it takes the next one, before that is kept: it can still go back', async () => {
    const { store, a } = await atB()
    const kept = readFileSync(join(state, 'previous.iapb'))
    await store.activate(await version('b', 3))
    expect(readFileSync(join(state, 'previous.iapb')).equals(kept)).toBe(true)
    // The bundle is there, its note is that of the one before.
    writeFileSync(join(state, 'sequence.json'), JSON.stringify({ sequence: 1, revision: a }))
    const next = await open()
    await next.activate(await version('b', 3))
    expect(await next.rollback()).toMatchObject({ kind: 'activated', revision: a })
  })
})

it('what cannot be put in place of the last good one is not gone back to, and nothing is held', async () => {
  const { store, b } = await atB()
  const lastGood = join(state, 'last-good.iapb')
  const bytes = readFileSync(lastGood)
  rmSync(lastGood)
  mkdirSync(join(lastGood, 'x'), { recursive: true })
  expect(await store.rollback()).toMatchObject({ kind: 'refused', code: 'state' })
  expect(store.status).toMatchObject({ active: { revision: b }, quarantined: null })
  expect(note()).toEqual({ sequence: 2, revision: b })
  expect(existsSync(join(state, 'previous.iapb'))).toBe(true)
  rmSync(lastGood, { recursive: true })
  writeFileSync(lastGood, bytes)
  expect(await store.rollback()).toMatchObject({ kind: 'activated' })
})

it('two stores of one process over one directory, as while another configuration takes over: no file is mixed of two', async () => {
  const [one, other] = [await open(), await open()]
  const large = [{ name: 'large.iap', text: 'x'.repeat(1 << 20) }] as unknown as PackInput['sources']
  for (let sequence = 1; sequence <= 10; sequence++) {
    const bundles = [
      await version(`a${sequence}`, sequence, { sources: large }),
      await version(`b${sequence}`, sequence),
    ] as const
    const taken = await Promise.all([one.activate(bundles[0]), other.activate(bundles[1])])
    expect(taken.map(({ kind }) => kind)).toEqual(['activated', 'activated'])
    const kept = readFileSync(join(state, 'last-good.iapb'))
    expect(bundles.some((bytes) => kept.equals(bytes))).toBe(true)
  }
  expect(readdirSync(state).sort()).toEqual(['last-good.iapb', 'previous.iapb', 'sequence.json'])
})

describe('how old it is', () => {
  const HOUR = 3_600_000
  const strict = { maxStaleness: HOUR, closesWhenStale: true }

  it('is told by when the source was there last with what serves', async () => {
    const store = await open(strict)
    expect(store.status).toMatchObject({ confirmed: null, stale: false })
    await store.activate(await version('a', 1))
    now += HOUR
    expect(store.status).toMatchObject({ confirmed: 1_000_000, stale: false, suspended: null })
    now += 1
    expect(store.status).toMatchObject({ stale: true, suspended: 'stale' })
    store.confirm()
    expect(store.status).toMatchObject({ confirmed: now, stale: false, suspended: null })
  })

  it('may only be said', async () => {
    const store = await open({ maxStaleness: HOUR })
    await store.activate(await version('a', 1))
    now += 2 * HOUR
    expect(store.status).toMatchObject({ stale: true, suspended: null })
  })

  it('is not told by a source that has nothing but what is refused, however often it is there', async () => {
    const store = await open(strict)
    await store.activate(await version('b', 2))
    now += HOUR + 1
    // Replayed.
    await store.activate(await version('a', 1))
    store.confirm()
    expect(store.status.stale).toBe(true)
    await store.activate(await version('b', 2))
    expect(store.status.stale).toBe(false)
    now += HOUR + 1
    store.report('source-missing', 'gone')
    store.confirm()
    expect(store.status.stale).toBe(true)
  })

  it('is told by a source that has what is held', async () => {
    const { store } = await atB(strict)
    await store.rollback()
    now += HOUR + 1
    expect(store.status.stale).toBe(true)
    store.confirm()
    expect(store.status.stale).toBe(false)
    now += HOUR + 1
    await store.activate(await version('b', 2))
    expect(store.status.stale).toBe(false)
  })

  it('counts over a restart, and going back does not make it younger', async () => {
    now = 1_700_000_000_000
    const { store } = await atB(strict)
    now += 20_000
    store.confirm()
    const stamp = () => Math.round(statSync(join(state, 'last-good.iapb')).mtimeMs)
    await poll(stamp).toBe(now)
    now += HOUR / 2
    await store.rollback()
    expect(stamp()).toBe(1_700_000_020_000)
    const next = await open(strict)
    await next.recover()
    expect(next.status).toMatchObject({ confirmed: 1_700_000_020_000, suspended: null })
    now += HOUR / 2 + 1
    expect(next.status).toMatchObject({ stale: true, suspended: 'stale' })
  })

  it('a time stamp of the future counts as now', async () => {
    await atB(strict)
    // The files were made now, and the clock of the next one is far behind.
    const next = await open(strict)
    await next.recover()
    expect(next.status.confirmed).toBe(now)
    now += HOUR + 1
    expect(next.status.stale).toBe(true)
  })
})
