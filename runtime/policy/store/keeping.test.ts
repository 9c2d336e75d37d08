/** A store of a configuration that is tried: it keeps nothing before it counts. */
import { createPublicKey } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { tinyBundle, tinyPolicy, tinySchemas, tinySigner } from '../../../tests/bundles/tiny-policy.ts'
import { PolicySlot, PolicyStore, type PolicyStoreOptions } from '../index.ts'

let state: string

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'iap-keeping-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  state = join(folder, 'var')
})

function open(options: Partial<PolicyStoreOptions> = {}): Promise<PolicyStore> {
  const keys = [{ kid: tinySigner.kid, key: createPublicKey(tinySigner.key) }]
  return PolicyStore.open({ keys, state, clock: () => 1_000_000, enforcers: new PolicySlot(), ...options })
}

const version = (group: string, sequence: number) =>
  tinyBundle({ compiled: { policy: tinyPolicy(group), needs: ['identity:jwt'], schemas: tinySchemas }, sequence })
const kept = () =>
  existsSync(join(state, 'sequence.json')) ? JSON.parse(readFileSync(join(state, 'sequence.json'), 'utf8')) : null

it('serves, and nothing is there that a restart would begin with', async () => {
  const candidate = await open({ keeps: false })
  expect(await candidate.activate(await version('a', 5))).toMatchObject({ kind: 'activated' })
  expect([kept(), existsSync(join(state, 'last-good.iapb'))]).toEqual([null, false])
  // What it has not kept binds nobody else.
  expect(await (await open()).activate(await version('b', 1))).toMatchObject({ kind: 'activated' })
})

it('has it kept when it counts, the last one that it took, and each one from then on', async () => {
  await (await open()).activate(await version('before', 1))
  const candidate = await open({ keeps: false })
  await candidate.activate(await version('a', 2))
  await candidate.activate(await version('b', 3))
  expect(kept()).toMatchObject({ sequence: 1 })
  await candidate.keep()
  expect(kept()).toMatchObject({ sequence: 3, revision: candidate.status.active?.revision })
  expect(readFileSync(join(state, 'last-good.iapb')).equals(await version('b', 3))).toBe(true)
  expect(readFileSync(join(state, 'previous.iapb')).equals(await version('before', 1))).toBe(true)
  await candidate.activate(await version('c', 4))
  expect(kept()).toMatchObject({ sequence: 4 })
  expect(await candidate.rollback()).toMatchObject({ kind: 'activated', sequence: 3 })
})

it('does not take back that another has gone back from it meanwhile', async () => {
  const serving = await open()
  await serving.activate(await version('a', 1))
  await serving.activate(await version('b', 2))
  const candidate = await open({ keeps: false })
  await candidate.activate(await version('b', 2))
  await serving.rollback()
  const note = kept()
  await candidate.keep()
  expect(kept()).toEqual(note)
  expect(await candidate.heed()).toMatchObject({ kind: 'activated', sequence: 1 })
})

it('lets go of nothing that another has held meanwhile, where both have the same policy', async () => {
  const serving = await open()
  await serving.activate(await version('a', 1))
  const candidate = await open({ keeps: false })
  await candidate.activate(await version('a', 2))
  await serving.hold('sha256:b')
  await candidate.keep()
  expect(kept()).toMatchObject({ sequence: 2, tried: 'sha256:b' })
  expect(candidate.status.quarantined).toBe('sha256:b')
})

it('does not serve on what another has held meanwhile from candidate', async () => {
  const serving = await open()
  await serving.activate(await version('a', 1))
  const candidate = await open({ keeps: false })
  await candidate.activate(await version('b', 2))
  const { revision } = candidate.status.active ?? { revision: '' }
  await serving.hold(revision)
  await candidate.keep()
  expect(await candidate.heed()).toMatchObject({ kind: 'activated', sequence: 1 })
  expect(await candidate.activate(await version('b', 2))).toMatchObject({ code: 'quarantined' })
})

describe('while it adopts what another has gone back to', () => {
  let serving: PolicyStore
  let candidate: PolicyStore
  let during = async () => {}

  beforeEach(async () => {
    serving = await open()
    for (const [group, sequence] of [['a', 1] as const, ['b', 2] as const]) await serving.activate(await version(group, sequence))
    const slot = new PolicySlot()
    const prepare = slot.prepare.bind(slot)
    slot.prepare = async (bundle) => {
      const refused = await prepare(bundle)
      await during()
      return refused
    }
    during = async () => {}
    candidate = await open({ enforcers: slot })
    await candidate.recover()
    await serving.rollback()
  })

  it('does not hold again what the other releases', async () => {
    during = async () => void (await serving.release())
    expect(await candidate.heed()).toMatchObject({ kind: 'activated', sequence: 1 })
    expect(kept()).toEqual({ sequence: 2, revision: serving.status.active?.revision })
    await candidate.heed()
    expect(candidate.status.quarantined).toBeNull()
  })

  it('does not replace what the other activates', async () => {
    const next = await version('c', 3)
    during = async () => void (await serving.activate(next))
    expect(await candidate.heed()).toMatchObject({ kind: 'activated', sequence: 1 })
    during = async () => {}
    expect(kept()).toEqual({ sequence: 3, revision: serving.status.active?.revision })
    expect(readFileSync(join(state, 'last-good.iapb')).equals(next)).toBe(true)
    expect(await candidate.heed()).toMatchObject({ kind: 'activated', sequence: 3 })
  })

  it('goes back no further, as there is nothing before', async () => {
    await candidate.heed()
    expect(await candidate.rollback()).toMatchObject({ kind: 'refused', code: 'no-previous' })
  })
})

it('does not go back behind what another has accepted meanwhile', async () => {
  const candidate = await open({ keeps: false })
  await candidate.activate(await version('a', 2))
  await (await open()).activate(await version('b', 3))
  await expect(candidate.keep()).rejects.toThrow('has accepted the newer sequence 3')
  expect(kept()).toMatchObject({ sequence: 3 })
})

it('says where it cannot be kept', async () => {
  const candidate = await open({ keeps: false })
  await candidate.activate(await version('a', 2))
  mkdirSync(join(state, 'last-good.iapb', 'x'), { recursive: true })
  await expect(candidate.keep()).rejects.toThrow('cannot be kept as last good')
  rmSync(join(state, 'last-good.iapb'), { recursive: true })
  await candidate.keep()
  expect(kept()).toMatchObject({ sequence: 2 })
})

it('has nothing to keep of the last good one', async () => {
  await (await open()).activate(await version('a', 2))
  const candidate = await open({ keeps: false })
  await candidate.recover()
  const before = readFileSync(join(state, 'last-good.iapb'))
  writeFileSync(join(state, 'mark'), '')
  await candidate.keep()
  expect([kept().sequence, readFileSync(join(state, 'last-good.iapb')).equals(before)]).toEqual([2, true])
})
