/** Bundles that say until when they count. */
import { createPublicKey } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { PackInput } from '../../../compiler/bundle/index.ts'
import { tinyBundle, tinyPolicy, tinySchemas, tinySigner } from '../../../tests/bundles/tiny-policy.ts'
import { expiryText } from '../../abi/index.ts'
import { PolicySlot, PolicyStore, type PolicyStoreOptions } from '../index.ts'

const HOUR = 3_600_000
const START = Date.UTC(2027, 0, 1)
let state: string
let now: number

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'iap-expiry-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  state = join(folder, 'var')
  now = START
})

function open(options: Partial<PolicyStoreOptions> = {}): Promise<PolicyStore> {
  const keys = [{ kid: tinySigner.kid, key: createPublicKey(tinySigner.key) }]
  return PolicyStore.open({ keys, state, clock: () => now, enforcers: new PolicySlot(), ...options })
}

/** `hours` after the start; null: it has no end. The content is that of `group`. */
function until(hours: number | null, sequence: number, group = 'readers', changes: Partial<PackInput> = {}): Promise<Uint8Array> {
  const expires = hours === null ? null : expiryText(START + hours * HOUR)
  const compiled = { policy: tinyPolicy(group), needs: ['identity:jwt'], schemas: tinySchemas }
  return tinyBundle({ compiled, sequence, expires, ...changes })
}

const note = () => JSON.parse(readFileSync(join(state, 'sequence.json'), 'utf8'))

it('counts to its end, and from then on nothing is let through', async () => {
  const store = await open()
  expect(store.status).toMatchObject({ expires: null, expired: false, suspended: null })
  await store.activate(await until(2, 1))
  now = START + 2 * HOUR - 1
  expect(store.status).toMatchObject({ expires: START + 2 * HOUR, expired: false, suspended: null })
  now++
  expect(store.status).toMatchObject({ expired: true, suspended: 'expired', active: { sequence: 1 } })
  // By a clock that was ahead, and is put right.
  now -= HOUR
  expect(store.status).toMatchObject({ expired: false, suspended: null })
})

it('or goes on, and is told', async () => {
  const store = await open({ closesWhenExpired: false })
  await store.activate(await until(2, 1))
  now += 2 * HOUR
  expect(store.status).toMatchObject({ expired: true, suspended: null })
})

it.each([true, false])(
  'is not taken from its source when it is over, whatever is configured (closes: %s)',
  async (closesWhenExpired) => {
    const store = await open({ closesWhenExpired })
    await store.activate(await until(null, 1))
    now += 2 * HOUR
    expect(await store.activate(await until(2, 9, 'clerks'))).toEqual({
      kind: 'refused',
      code: 'expired',
      message: 'the bundle expired at 2027-01-01T02:00:00Z',
    })
    expect(store.status).toMatchObject({ active: { sequence: 1 }, lastError: { code: 'expired' }, expires: null })
    // Nor was its sequence accepted.
    expect(note()).toMatchObject({ sequence: 1 })
    expect(await store.activate(await until(3, 2, 'clerks'))).toMatchObject({ kind: 'activated' })
  },
)

it('is told as old where it is both', async () => {
  const store = await open()
  await store.activate(await until(null, 5))
  now += 2 * HOUR
  expect(await store.activate(await until(1, 4, 'clerks'))).toMatchObject({ code: 'sequence' })
})

describe('the same policy with another end', () => {
  it('is no other policy: only its end changes, over a restart, too', async () => {
    const store = await open()
    await store.activate(await until(2, 1))
    now += HOUR
    expect(await store.activate(await until(4, 2))).toMatchObject({ kind: 'unchanged', sequence: 2 })
    expect(store.status).toMatchObject({ expires: START + 4 * HOUR, activations: 1, active: { sequence: 2 } })
    now = START + 3 * HOUR
    const next = await open()
    expect(await next.recover()).toMatchObject({ kind: 'activated', sequence: 2 })
    expect(await next.activate(await until(null, 3))).toMatchObject({ kind: 'unchanged' })
    expect(next.status).toMatchObject({ expires: null, expired: false })
  })

  it('brings back one that is over', async () => {
    const store = await open()
    await store.activate(await until(2, 1))
    now += 3 * HOUR
    expect(store.status.suspended).toBe('expired')
    expect(await store.activate(await until(4, 1))).toMatchObject({ kind: 'unchanged' })
    expect(store.status).toMatchObject({ expired: false, suspended: null, lastError: null })
  })

  it('does not end what serves by an end that is over', async () => {
    const store = await open()
    await store.activate(await until(4, 1))
    now += 3 * HOUR
    expect(await store.activate(await until(2, 2))).toMatchObject({ code: 'expired' })
    expect(store.status).toMatchObject({ expires: START + 4 * HOUR, expired: false })
  })
})

it('one that serves on is no mistake of its source, which has it still', async () => {
  const store = await open({ closesWhenExpired: false })
  const bytes = await until(2, 1)
  await store.activate(bytes)
  now += 3 * HOUR
  expect(await store.activate(bytes)).toMatchObject({ kind: 'unchanged' })
  expect(store.status).toMatchObject({ expired: true, lastError: null, confirmed: now })
})

describe('the last good one that is over', () => {
  it('is not begun with', async () => {
    await (await open()).activate(await until(2, 1))
    now += 3 * HOUR
    const next = await open()
    expect(await next.recover()).toMatchObject({ kind: 'refused', code: 'expired' })
    expect(next.status).toMatchObject({ active: null, lastError: { code: 'expired' } })
    // What was accepted stays accepted.
    expect(await next.activate(await until(null, 0, 'clerks'))).toMatchObject({ code: 'sequence' })
  })

  it('is where it is configured so, though its source gives nothing else', async () => {
    const bytes = await until(2, 1)
    await (await open()).activate(bytes)
    now += 3 * HOUR
    const next = await open({ closesWhenExpired: false })
    expect(await next.activate(bytes)).toMatchObject({ code: 'expired' })
    expect(await next.recover()).toMatchObject({ kind: 'activated', origin: 'last-good' })
    expect(next.status).toMatchObject({ expired: true, suspended: null, lastError: { code: 'expired' } })
  })
})

it.each([true, false])('is not gone back to (closes: %s)', async (closesWhenExpired) => {
  const store = await open({ closesWhenExpired })
  await store.activate(await until(2, 1))
  await store.activate(await until(null, 2, 'clerks'))
  now += 3 * HOUR
  expect(await store.rollback()).toMatchObject({ code: 'expired' })
  expect(store.status).toMatchObject({ active: { sequence: 2 }, quarantined: null })
})

it('closes for its end first, where it is stale as well', async () => {
  const store = await open({ maxStaleness: HOUR, closesWhenStale: true })
  await store.activate(await until(2, 1))
  now += HOUR + 1
  expect(store.status).toMatchObject({ stale: true, expired: false, suspended: 'stale' })
  now += HOUR
  expect(store.status).toMatchObject({ stale: true, expired: true, suspended: 'expired' })
})
