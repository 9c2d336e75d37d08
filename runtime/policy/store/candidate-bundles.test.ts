/** What a store says of bundles that are to be a candidate, and what becomes of them; and a roll-out over it, as a proxy has it. */
import { createPublicKey } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { generateSigningKey, type PackInput } from '../../../compiler/bundle/index.ts'
import { tinyBundle, tinyPolicy, tinySchemas, tinySigner } from '../../../tests/bundles/tiny-policy.ts'
import {
  DEFAULT_ROLLOUT,
  PolicySlot,
  PolicyStore,
  type PolicyStoreOptions,
  Rollout,
  type RolloutConfig,
  rolloutDirectory,
} from '../index.ts'

let state: string
let told: string[]

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'iap-candidate-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  state = join(folder, 'var')
  told = []
})

interface Opened {
  readonly store: PolicyStore
  readonly slot: PolicySlot
  readonly rollout: Rollout
}

async function open(config: Partial<RolloutConfig> = {}, options: Partial<PolicyStoreOptions> = {}): Promise<Opened> {
  const slot = new PolicySlot()
  const store = await PolicyStore.open({
    keys: [{ kid: tinySigner.kid, key: createPublicKey(tinySigner.key) }],
    state,
    clock: () => 1_000_000,
    enforcers: slot,
    onEvent: (event, _, asking) => told.push(`${event.kind === 'refused' ? event.code : event.kind} ${asking?.by ?? ''}`.trim()),
    ...options,
  })
  const rollout = new Rollout({
    config: { ...DEFAULT_ROLLOUT, steps: [{ parts: 0, time: 1000 }], ...config },
    store,
    candidates: slot.candidates,
    directory: rolloutDirectory(state),
    clock: () => 1_000_000,
    onEvent: ({ kind }) => told.push(kind),
    onTrouble: (message) => told.push(message),
  })
  return { store, slot, rollout }
}

const version = (group: string, sequence: number, changes: Partial<PackInput> = {}) =>
  tinyBundle({ compiled: { policy: tinyPolicy(group), needs: ['identity:jwt'], schemas: tinySchemas }, sequence, ...changes })
const asking = { by: 'token 1', source: null }
const revision = async (group: string) => {
  const { store } = await open({}, { state: null })
  await store.activate(await version(group, 1))
  return store.status.active?.revision as string
}

describe('what a store says of a bundle before it is tried', () => {
  it('is what it would say of one that is to serve, and nothing is told', async () => {
    const { store } = await open()
    await store.activate(await version('a', 3))
    told = []
    expect(await store.vet(await version('b', 3))).toMatchObject({ kind: 'fit', bundle: { manifest: { sequence: 3 } } })
    expect(await store.vet(await version('a', 4))).toMatchObject({ kind: 'serves', sequence: 4 })
    expect(await store.vet(await version('b', 2))).toMatchObject({ kind: 'refused', code: 'sequence' })
    // One that is a candidate has more.
    expect(await store.vet(await version('b', 4), 5)).toMatchObject({ kind: 'refused', code: 'sequence' })
    const evil = await version('b', 9, { signers: [generateSigningKey()] })
    expect(await store.vet(evil)).toMatchObject({ kind: 'refused', code: 'unknown-key' })
    expect(await store.vet(Buffer.alloc(0))).toMatchObject({ kind: 'refused', code: 'not-gzip' })
    const needy = await version('b', 9, { compiled: { policy: tinyPolicy('b'), needs: ['flight'], schemas: tinySchemas } })
    expect(await store.vet(needy)).toMatchObject({ kind: 'refused', code: 'needs' })
    expect([told, store.status.lastError, store.status.active?.sequence]).toEqual([[], null, 3])
  })

  it('that is held is refused, over a restart, until another one serves', async () => {
    const { store } = await open()
    await store.activate(await version('a', 1))
    const b = await revision('b')
    expect(await store.hold(b)).toBeNull()
    expect(store.status).toMatchObject({ quarantined: b, active: { sequence: 1 } })
    const next = (await open()).store
    await next.recover()
    expect(await next.vet(await version('b', 7))).toMatchObject({ code: 'quarantined' })
    expect(await next.promote(await version('b', 7), asking)).toMatchObject({ code: 'quarantined' })
    expect(await next.promote(await version('c', 2), asking)).toMatchObject({ kind: 'activated', origin: 'rollout' })
    expect(await next.vet(await version('b', 7))).toMatchObject({ kind: 'fit' })
  })

  it('is held in this process where that cannot be written, and is written later', async () => {
    const { store } = await open()
    await store.activate(await version('a', 1))
    const b = await revision('b')
    // What cannot be replaced is as good as a full disk.
    const file = join(state, 'sequence.json')
    const kept = readFileSync(file)
    rmSync(file)
    mkdirSync(join(file, 'x'), { recursive: true })
    expect(await store.hold(b)).toMatchObject({ kind: 'refused', code: 'state' })
    expect(store.status).toMatchObject({ quarantined: b, lastError: { code: 'state' } })
    expect(await store.holdAgain()).toBe(false)
    rmSync(file, { recursive: true })
    writeFileSync(file, kept)
    expect(await store.vet(await version('b', 7))).toMatchObject({ code: 'quarantined' })
    expect(await (await open()).store.vet(await version('b', 7))).toMatchObject({ kind: 'fit' })
    expect(await store.holdAgain()).toBe(true)
    expect(store.status.lastError).toBeNull()
    expect(await (await open()).store.vet(await version('b', 7))).toMatchObject({ code: 'quarantined' })
  })

  it('that was gone back from a candidate takes the place of no other that is held', async () => {
    const { store } = await open()
    await store.activate(await version('a', 1))
    await store.activate(await version('b', 2))
    await store.rollback()
    const [b, c] = [await revision('b'), await revision('c')]
    await store.hold(c)
    expect(store.status.quarantined).toBe(b)
    const next = (await open()).store
    await next.recover()
    // The source has it still.
    for (const group of ['b', 'c']) expect(await next.activate(await version(group, 3))).toMatchObject({ code: 'quarantined' })
    expect(await next.release(asking)).toBe(true)
    for (const group of ['b', 'c']) expect(await next.vet(await version(group, 3))).toMatchObject({ kind: 'fit' })
  })

  it('that is held stays so where only the same policy is offered again, also over a restart', async () => {
    const { store } = await open()
    await store.activate(await version('a', 5))
    await store.hold(await revision('b'))
    // As of a source that is brought back for a moment, signed anew, or that is asked once more.
    for (const sequence of [5, 6, 6])
      expect(await store.activate(await version('a', sequence))).toMatchObject({ kind: 'unchanged' })
    const next = (await open()).store
    expect(await next.activate(await version('a', 6))).toMatchObject({ kind: 'activated' })
    expect(await next.vet(await version('b', 8))).toMatchObject({ code: 'quarantined' })
  })

  it('may be turned down by whoever asks: for the source that is why it does not serve', async () => {
    const { store } = await open()
    await store.activate(await version('a', 1))
    told = []
    store.turnDown({ kind: 'refused', code: 'bind', message: 'no' }, asking)
    expect([told, store.status.lastError]).toEqual([['bind token 1'], null])
    store.turnDown({ kind: 'refused', code: 'bind', message: 'no' }, null)
    expect([told.at(-1), store.status.lastError?.code]).toEqual(['bind', 'bind'])
    store.agree()
    expect(store.status.lastError).toBeNull()
    store.differ({ code: 'replaced', message: 'there is another candidate' })
    expect([told.length, store.status.lastError]).toMatchObject([2, { code: 'replaced' }])
  })
})

describe('another store of the same state', () => {
  it('that has promoted meanwhile is followed', async () => {
    const [one, other] = [(await open()).store, (await open()).store]
    await one.activate(await version('a', 1))
    await other.recover()
    await one.promote(await version('b', 2), null)
    expect(await other.heed()).toMatchObject({ kind: 'activated', sequence: 2, origin: 'rollout' })
    expect(await other.heed()).toBeNull()
    expect(await one.heed()).toBeNull()
    // And there is a way back.
    expect(await other.rollback()).toMatchObject({ kind: 'activated', sequence: 1 })
    expect(await one.heed()).toMatchObject({ kind: 'activated', sequence: 1, origin: 'rollback' })
  })
})

it('what another store of the same state holds beside the same policy is held here, told and released', async () => {
  const [one, other] = [(await open()).store, (await open()).store]
  await one.activate(await version('a', 1))
  await other.recover()
  const b = await revision('b')
  expect(await one.hold(b)).toBeNull()
  expect(await other.heed()).toBeNull()
  expect(other.status.quarantined).toBe(b)
  expect(await other.release()).toBe(true)
})

describe('a roll-out', () => {
  /** The files, as they are. */
  const save = (to: string) => {
    mkdirSync(to)
    for (const name of readdirSync(state)) copyFileSync(join(state, name), join(to, name))
  }

  it('keeps the candidate, verifies it again after a restart, and leaves what serves alone', async () => {
    const { store, slot, rollout } = await open()
    await store.activate(await version('a', 1))
    expect(await rollout.offer(await version('b', 2))).toMatchObject({ kind: 'unchanged' })
    const b = await revision('b')
    expect([slot.candidates.current?.policy.revision, slot.current?.manifest.sequence]).toEqual([b, 1])
    const next = await open()
    await next.store.recover()
    await next.rollout.resume()
    expect([next.slot.candidates.current?.policy.revision, told.at(-1)]).toEqual([b, 'resumed'])
    expect(next.store.status).toMatchObject({ active: { sequence: 1, origin: 'last-good' } })

    writeFileSync(join(state, 'candidate.iapb'), await version('evil', 9, { signers: [generateSigningKey()] }))
    const last = await open()
    await last.store.recover()
    await last.rollout.resume()
    expect([last.slot.candidates.current, (await last.rollout.status()).last]).toMatchObject([
      null,
      { outcome: 'ended', why: { code: 'unknown-key' } },
    ])
    expect(readdirSync(state).sort()).toEqual(['last-good.iapb', 'rollout.json', 'sequence.json'])
  })

  it('has one a candidate as ever where what serves was only stale: its source is there again', async () => {
    let now = 1_000_000
    const { store, slot, rollout } = await open({}, { maxStaleness: 1000, closesWhenStale: true, clock: () => now })
    await store.activate(await version('a', 1))
    now += 5000
    expect(store.status.suspended).toBe('stale')
    await rollout.offer(await version('b', 2))
    expect([store.status.suspended, slot.candidates.current?.policy.revision]).toEqual([null, await revision('b')])
  })

  it('of rubbish in its note begins when the source offers it', async () => {
    const { store, rollout } = await open()
    await store.activate(await version('a', 1))
    await rollout.offer(await version('b', 2))
    for (const text of [
      '',
      'rubbish',
      '{"candidate":{"revision":1}}',
      '{"candidate":{"revision":"x","sequence":1,"step":-1}}',
      'null',
      '[]',
    ]) {
      writeFileSync(join(state, 'rollout.json'), text)
      const next = await open()
      await next.store.recover()
      await next.rollout.resume()
      expect(next.slot.candidates.current, text).toBeNull()
      expect(await next.rollout.offer(await version('b', 2))).toMatchObject({ kind: 'unchanged' })
      expect((await next.rollout.status()).candidate?.step).toBe(1)
    }
  })

  it.each(['promoted', 'rolled back'])(
    'killed at any point while it is %s, goes on with one of both, and never with what is held',
    async (how) => {
      const { store, rollout } = await open()
      await store.activate(await version('a', 1))
      await rollout.offer(await version('b', 2))
      const before = `${state}.before`
      save(before)
      if (how === 'promoted') await rollout.promote({ early: true }, asking)
      else await rollout.rollBack(asking)
      const after = `${state}.after`
      save(after)
      const b = await revision('b')
      // In the order in which it happens.
      const files =
        how === 'promoted'
          ? ['previous.iapb', 'last-good.iapb', 'sequence.json', 'candidate.iapb', 'rollout.json']
          : ['sequence.json', 'candidate.iapb', 'rollout.json']
      for (let done = 0; done <= files.length; done++) {
        rmSync(state, { recursive: true })
        mkdirSync(state)
        for (const name of new Set([...readdirSync(before), ...readdirSync(after)])) {
          const from = files.indexOf(name) !== -1 && files.indexOf(name) < done ? after : before
          if (readdirSync(from).includes(name)) copyFileSync(join(from, name), join(state, name))
        }
        const next = await open()
        await next.store.recover()
        await next.rollout.resume()
        const { active, quarantined } = next.store.status
        const candidate = next.slot.candidates.current?.policy.revision ?? null
        if (how === 'promoted') {
          expect([active?.sequence === 2, candidate], `${done}`).toEqual([done >= 2, done >= 2 ? null : b])
        } else {
          expect([active?.sequence, quarantined, candidate], `${done}`).toEqual([1, done >= 1 ? b : null, done >= 1 ? null : b])
          if (done >= 1) expect(await next.rollout.offer(await version('b', 2))).toMatchObject({ code: 'quarantined' })
        }
      }
    },
  )
})
