import { createPublicKey } from 'node:crypto'
import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { tinyBundle, tinyPolicy, tinySchemas, tinySigner } from '../../../tests/bundles/tiny-policy.ts'
import { until } from '../../../tests/support/until.ts'
import { type BundleSource, followSource, PolicySlot, PolicyStore } from '../index.ts'

let dir: string
let file: string
let store: PolicyStore
let slot: PolicySlot
let watch: BundleSource | undefined

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'iap-follow-'))
  file = join(dir, 'x.iapb')
  store = await openStore()
})

afterEach(async () => {
  await watch?.close()
  rmSync(dir, { recursive: true })
})

function openStore(): Promise<PolicyStore> {
  const keys = [{ kid: tinySigner.kid, key: createPublicKey(tinySigner.key) }]
  slot = new PolicySlot()
  return PolicyStore.open({ keys, state: join(dir, 'state'), clock: Date.now, enforcers: slot })
}

async function follow(): Promise<void> {
  const source = followSource(store, { kind: 'file', file, interval: 10 })
  watch = source
  await source.ready
}

function version(group: string, sequence: number): Promise<Uint8Array> {
  return tinyBundle({ compiled: { policy: tinyPolicy(group), needs: ['identity:jwt'], schemas: tinySchemas }, sequence })
}

it('serves what the file holds when it is ready, and then what it holds next', async () => {
  writeFileSync(file, await version('a', 1))
  await follow()
  const first = slot.current
  expect(first).not.toBeNull()
  writeFileSync(file, await version('b', 2))
  await until(() => slot.current !== first)
  expect(store.status.active?.sequence).toBe(2)
})

it('never activates half a file, and takes the whole when it is there', async () => {
  writeFileSync(file, await version('a', 1))
  await follow()
  const next = await version('b', 2)
  writeFileSync(file, next.subarray(0, next.length >> 1))
  await until(() => store.status.lastError?.code === 'truncated')
  expect(store.status.active?.sequence).toBe(1)
  writeFileSync(file, next)
  await until(() => store.status.active?.sequence === 2)
  expect(store.status.lastError).toBeNull()
})

it('keeps serving when the file is deleted, and says so', async () => {
  writeFileSync(file, await version('a', 1))
  await follow()
  const serving = slot.current
  unlinkSync(file)
  await until(() => store.status.lastError?.code === 'source-missing')
  expect(slot.current).toBe(serving)
  writeFileSync(file, await version('a', 1))
  await until(() => store.status.lastError === null)
  expect(slot.current).toBe(serving)
})

it('starts with the last good bundle where the file is not there or not good', async () => {
  writeFileSync(file, await version('a', 3))
  await follow()
  const revision = slot.current?.revision
  await watch?.close()
  for (const content of [null, Buffer.from('garbage'), await version('b', 2)]) {
    if (content === null) unlinkSync(file)
    else writeFileSync(file, content)
    store = await openStore()
    await follow()
    expect(slot.current?.revision).toBe(revision)
    expect(store.status.active?.origin).toBe('last-good')
    expect(store.status.lastError).not.toBeNull()
    await watch?.close()
  }
})

it('has nothing where there is neither file nor last good bundle', async () => {
  await follow()
  expect(slot.current).toBeNull()
  expect(store.status.lastError?.code).toBe('source-missing')
})
