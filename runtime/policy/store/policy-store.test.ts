import { createPublicKey } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { generateSigningKey, type PackInput } from '../../../compiler/bundle/index.ts'
import { bundleOf, entriesOf, withEntry } from '../../../tests/bundles/craft-bundle.ts'
import { tinyBundle, tinyModel, tinyPolicy, tinySchemas, tinySigner, tinyTest } from '../../../tests/bundles/tiny-policy.ts'
import { PolicySlot, PolicyStore, type PolicyStoreOptions, type SlotOptions } from '../index.ts'

const keys = [{ kid: tinySigner.kid, key: createPublicKey(tinySigner.key) }]
let state: string
let events: Parameters<NonNullable<PolicyStoreOptions['onEvent']>>[0][]
/** Of the store that was opened last. */
let slot: PolicySlot

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'iap-state-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  state = join(folder, 'var')
  events = []
})

function open(options: Partial<PolicyStoreOptions> = {}, how: SlotOptions = {}): Promise<PolicyStore> {
  slot = new PolicySlot(how)
  const onEvent: PolicyStoreOptions['onEvent'] = (event) => events.push(event)
  return PolicyStore.open({ keys, state, clock: () => 1_000, onEvent, enforcers: slot, ...options })
}

/** Another content: another role. */
function other(changes: Partial<PackInput> = {}): Promise<Uint8Array> {
  return tinyBundle({ compiled: { policy: tinyPolicy('clerks'), needs: ['identity:jwt'], schemas: tinySchemas }, ...changes })
}

function needing(...needs: string[]): Promise<Uint8Array> {
  return tinyBundle({ compiled: { policy: tinyPolicy('x'), needs, schemas: tinySchemas }, sequence: 9 })
}

describe('PolicyStore', () => {
  it('has nothing before the first bundle', async () => {
    const store = await open()
    expect(slot.current).toBeNull()
    expect(store.status).toMatchObject({ active: null, lastError: null, activations: 0 })
  })

  it('activates, swaps, and says so', async () => {
    const store = await open()
    await store.activate(await tinyBundle())
    const first = slot.current
    expect(store.status.active).toMatchObject({ revision: first?.revision, sequence: 1, since: 1_000, origin: 'source' })
    await store.activate(await other({ sequence: 2 }))
    expect(slot.current).not.toBe(first)
    expect(store.status).toMatchObject({ activations: 2, lastError: null })
    expect(events.map(({ kind }) => kind)).toEqual(['activated', 'activated'])
  })

  it('leaves the same content alone, and still remembers its sequence', async () => {
    const store = await open()
    await store.activate(await tinyBundle())
    const first = slot.current
    expect(await store.activate(await tinyBundle({ sequence: 5 }))).toMatchObject({ kind: 'unchanged', sequence: 5 })
    expect(slot.current).toBe(first)
    expect(store.status).toMatchObject({ activations: 1, active: { sequence: 5 } })
    expect(await store.activate(await other({ sequence: 4 }))).toMatchObject({ code: 'sequence' })
  })

  it('takes other content with the same sequence', async () => {
    const store = await open()
    await store.activate(await tinyBundle())
    expect(await store.activate(await other())).toMatchObject({ kind: 'activated' })
  })

  // The list of the issue, line 4: the old one serves, and the reason is told.
  const bad: readonly [string, string, () => Uint8Array | Promise<Uint8Array>][] = [
    ['truncated', 'truncated', async () => (await other({ sequence: 9 })).subarray(0, -10)],
    ['unsigned', 'unsigned', () => other({ sequence: 9, signers: [] })],
    ['signed by another key', 'unknown-key', () => other({ sequence: 9, signers: [generateSigningKey()] })],
    ['of a lower sequence', 'sequence', () => other({ sequence: 0 })],
    ['with an entry that the manifest does not list', 'unlisted-entry', async () => withEntry(await other(), 'sources/x', '')],
    [
      'with an entry twice',
      'entry-twice',
      async () => bundleOf([...(await entriesOf(await other())), { name: 'policy.js', content: '' }]),
    ],
    ['with `../x`', 'entry-name', async () => withEntry(await other(), '../x', '')],
    ['that inflates beyond the limit', 'too-large', () => gzipSync(Buffer.alloc(65 << 20))],
    ['that needs what the runtime lacks', 'needs', () => needing('identity:jwt', 'identity:pigeon', 'pigeons')],
    ['whose module is broken', 'module-syntax', () => tinyBundle({ compiled: { policy: '{', needs: [], schemas: tinySchemas } })],
    [
      'with a decision that throws',
      'warm',
      () => {
        const policy = tinyPolicy().replace('return 4', 'return abi.absent()')
        return tinyBundle({ compiled: { policy, needs: [], schemas: tinySchemas } })
      },
    ],
    [
      'with a test that fails here',
      'tests',
      () => other({ model: { ...tinyModel, tests: [{ ...tinyTest, expect: { ...tinyTest.expect, effect: 'deny' } }] } }),
    ],
    ['that has expired', 'expired', () => other({ sequence: 9, expires: '1970-01-01T00:00:01Z' })],
  ]

  it.each(bad)('never activates a bundle %s: %s', async (_, code, make) => {
    const store = await open()
    await store.activate(await tinyBundle())
    const serving = slot.current
    expect(await store.activate(await make())).toMatchObject({ kind: 'refused', code })
    expect(slot.current).toBe(serving)
    expect(store.status.lastError).toMatchObject({ code, at: 1_000 })
    expect(store.status.refusals.get(code as never)).toBe(1)
    expect(events.at(-1)).toMatchObject({ kind: 'refused', code })
    // Nor does it become what a restart would begin with.
    const next = await open()
    await next.recover()
    expect(slot.current?.revision).toBe(serving?.revision)
    // And the next good one is taken.
    expect(await store.activate(await other({ sequence: 2 }))).toMatchObject({ kind: 'activated' })
    expect(store.status.lastError).toBeNull()
  })

  it('names what is needed and lacking', async () => {
    const store = await open()
    expect(await store.activate(await needing('identity:pigeon', 'pigeons'))).toMatchObject({
      message: 'the policy needs `identity:pigeon`, `pigeons`, which this runtime does not have',
    })
  })

  it('refuses what the configuration does not bind', async () => {
    const store = await open({}, { bind: () => ['service `shop` has no upstream', 'identity `staff` has no issuer'] })
    expect(await store.activate(await tinyBundle())).toMatchObject({
      code: 'bind',
      message: 'service `shop` has no upstream; identity `staff` has no issuer',
    })
    expect(slot.current).toBeNull()
  })

  it('refuses hosts that do not go with the policy', async () => {
    const policy = tinyPolicy().replace('params: []', "params: ['tenant']")
    const tenants = await tinyBundle({ compiled: { policy, needs: [], schemas: tinySchemas } })
    const store = await open({}, { hosts: { shop: ['shop.test'] } })
    expect(await store.activate(tenants)).toMatchObject({ kind: 'refused', code: 'hosts' })
  })

  it('counts a mistake of ours as a refusal: the old one serves', async () => {
    const store = await open(
      {},
      {
        bind: () => {
          throw new Error('broken')
        },
      },
    )
    expect(await store.activate(await tinyBundle())).toMatchObject({ kind: 'refused', code: 'internal', message: 'broken' })
    expect(store.status.lastError).toMatchObject({ code: 'internal' })
  })

  it('takes candidates one after the other', async () => {
    const store = await open()
    const results = await Promise.all([
      store.activate(await tinyBundle()),
      store.activate(await other({ sequence: 3 })),
      store.activate(await tinyBundle({ sequence: 2 })),
    ])
    expect(results.map((result) => ('code' in result ? result.code : result.kind))).toEqual([
      'activated',
      'activated',
      'sequence',
    ])
  })
})

describe('over a restart', () => {
  it('serves the last good bundle, and says that it is that', async () => {
    const before = await open()
    await before.activate(await tinyBundle())
    const after = await open()
    after.report('source-missing', 'not there')
    expect(await after.recover()).toMatchObject({ kind: 'activated', origin: 'last-good' })
    expect(slot.current?.revision).toBe(before.status.active?.revision)
    expect(after.status).toMatchObject({ active: { origin: 'last-good' }, lastError: { code: 'source-missing' } })
    expect(await after.activate(await tinyBundle())).toMatchObject({ kind: 'unchanged' })
    expect(after.status).toMatchObject({ active: { origin: 'source' }, lastError: null })
  })

  it('has none where there never was one, and leaves an active one alone', async () => {
    const store = await open()
    expect(await store.recover()).toBeNull()
    await store.activate(await tinyBundle())
    expect(await store.recover()).toBeNull()
  })

  it('never goes back to a lower sequence', async () => {
    await (await open()).activate(await tinyBundle({ sequence: 7 }))
    expect(await (await open()).activate(await other({ sequence: 6 }))).toMatchObject({
      code: 'sequence',
      message: 'the bundle has the sequence 6, and 7 was accepted before',
    })
  })

  it('remembers the sequence even where the last good bundle is gone or signed by a key of yesterday', async () => {
    await (await open()).activate(await tinyBundle({ sequence: 7 }))
    const fresh = generateSigningKey()
    const rotated = await open({ keys: [{ kid: fresh.kid, key: createPublicKey(fresh.key) }] })
    expect(await rotated.recover()).toMatchObject({ code: 'unknown-key' })
    expect(await rotated.activate(await other({ sequence: 6, signers: [fresh] }))).toMatchObject({ code: 'sequence' })
    expect(await rotated.activate(await other({ sequence: 7, signers: [fresh] }))).toMatchObject({ kind: 'activated' })
  })

  it('does not start where what was accepted cannot be known', async () => {
    mkdirSync(state, { recursive: true })
    writeFileSync(join(state, 'sequence.json'), '{"seq')
    await expect(open()).rejects.toMatchObject({ name: 'StateError' })
    writeFileSync(join(state, 'sequence.json'), '{"sequence":-1}')
    await expect(open()).rejects.toMatchObject({ name: 'StateError' })
    // An earlier version quarantined a policy so: who forgets that would take it again.
    writeFileSync(join(state, 'sequence.json'), '{"sequence":3,"revision":"sha256:a","held":"sha256:b"}')
    await expect(open()).rejects.toThrow(/sequence\.json` has the unknown member `held`/)
  })

  it('does not activate what it could not remember', async () => {
    const store = await open()
    // A directory where the file should go: even root cannot rename over it.
    mkdirSync(join(state, 'last-good.iapb', 'x'), { recursive: true })
    expect(await store.activate(await tinyBundle())).toMatchObject({ code: 'state' })
    expect(slot.current).toBeNull()
  })

  it('leaves whole files, readable by their owner alone, and nothing else', async () => {
    const bytes = await tinyBundle()
    await (await open()).activate(bytes)
    expect(readdirSync(state).sort()).toEqual(['last-good.iapb', 'sequence.json'])
    expect(readFileSync(join(state, 'last-good.iapb')).equals(bytes)).toBe(true)
    expect(statSync(join(state, 'last-good.iapb')).mode & 0o077).toBe(0)
  })

  it('remembers nothing without a directory', async () => {
    const store = await open({ state: null, keys: 'unverified' })
    await store.activate(await tinyBundle({ signers: [] }))
    expect(slot.current).not.toBeNull()
    expect(await (await open({ state: null })).recover()).toBeNull()
  })
})
