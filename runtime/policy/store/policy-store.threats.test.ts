import { createPublicKey } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { generateSigningKey, type PackInput, type PrivateSigningKey } from '../../../compiler/bundle/index.ts'
import { withManifest } from '../../../tests/bundles/craft-bundle.ts'
import { tinyBundle, tinyPolicy, tinySchemas, tinySigner } from '../../../tests/bundles/tiny-policy.ts'
import { until } from '../../../tests/support/until.ts'
import { followSource, PolicySlot, PolicyStore, type PolicyStoreOptions, type PublicKey, type SlotOptions } from '../index.ts'

const publicOf = ({ kid, key }: PrivateSigningKey): PublicKey => ({ kid, key: createPublicKey(key) })
let state: string
let lastGood: string
let sequenceFile: string
/** Of the store that was opened last. */
let slot: PolicySlot

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'iap-state-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  state = join(folder, 'var')
  lastGood = join(state, 'last-good.iapb')
  sequenceFile = join(state, 'sequence.json')
})

function open(options: Partial<PolicyStoreOptions> = {}, how: SlotOptions = {}): Promise<PolicyStore> {
  slot = new PolicySlot(how)
  return PolicyStore.open({ keys: [publicOf(tinySigner)], state, clock: () => 1_000, enforcers: slot, ...options })
}

function version(sequence: number, changes: Partial<PackInput> = {}): Promise<Uint8Array> {
  const compiled = { policy: tinyPolicy(`of-${sequence}`), needs: ['identity:jwt'], schemas: tinySchemas }
  return tinyBundle({ compiled, sequence, ...changes })
}

describe('a process killed at any point of keeping a bundle', () => {
  // In the order in which the files come to be: what is there is the start of it.
  const points: readonly [name: string, arrange: (bytes: Uint8Array) => void, then: number][] = [
    ['before anything', () => {}, 7],
    ['with half a bundle beside', (bytes) => writeFileSync(`${lastGood}.1.tmp`, bytes.subarray(0, 100)), 7],
    [
      'with half a bundle beside, by a process of this number',
      (bytes) => writeFileSync(`${lastGood}.${process.pid}.tmp`, bytes.subarray(0, 9)),
      7,
    ],
    ['with the bundle, without the sequence', (bytes) => writeFileSync(lastGood, bytes), 8],
    [
      'with half a sequence beside',
      (bytes) => {
        writeFileSync(lastGood, bytes)
        writeFileSync(`${sequenceFile}.1.tmp`, '{"seq')
      },
      8,
    ],
  ]

  it.each(points)('%s: serves a whole policy, and never one that is older than any that served', async (_, arrange, then) => {
    await (await open()).activate(await version(7))
    arrange(await version(8))
    const store = await open()
    expect(await store.activate(await version(6))).toMatchObject({ code: 'sequence' })
    await store.recover()
    expect(store.status.active?.sequence).toBe(then)
    expect(await store.activate(await version(9))).toMatchObject({ kind: 'activated' })
    expect(JSON.parse(readFileSync(sequenceFile, 'utf8'))).toMatchObject({ sequence: 9 })
  })

  it('on the very first bundle: what was kept counts as accepted', async () => {
    mkdirSync(state)
    writeFileSync(lastGood, await version(7))
    expect(await (await open()).activate(await version(6))).toMatchObject({ code: 'sequence' })
  })
})

describe('another process that follows the same source', () => {
  it('and is ahead: what it has accepted is not taken back', async () => {
    await (await open()).activate(await version(7))
    // At the last moment: after the comparison, before it is kept.
    const bind = () => {
      writeFileSync(sequenceFile, '{"sequence":9}')
      return []
    }
    const store = await open({}, { bind })
    expect(await store.activate(await version(8))).toMatchObject({ kind: 'refused', code: 'state' })
    expect(JSON.parse(readFileSync(sequenceFile, 'utf8'))).toEqual({ sequence: 9 })
    expect(await store.activate(await version(8))).toMatchObject({ kind: 'refused', code: 'sequence' })
  })
})

describe('a state directory that somebody changed', () => {
  it('without its sequence: the last good bundle still tells it', async () => {
    await (await open()).activate(await version(7))
    rmSync(sequenceFile)
    const store = await open()
    expect(await store.activate(await version(6))).toMatchObject({ code: 'sequence' })
    expect(await store.activate(await version(7, { sources: [] }))).toMatchObject({ kind: 'activated' })
  })

  it('with a lower sequence than that of its bundle', async () => {
    await (await open()).activate(await version(7))
    writeFileSync(sequenceFile, '{"sequence":3}')
    expect(await (await open()).activate(await version(6))).toMatchObject({ code: 'sequence' })
  })

  it('with an older bundle than its sequence: that one is not served', async () => {
    await (await open()).activate(await version(7))
    writeFileSync(lastGood, await version(6))
    const store = await open()
    expect(await store.recover()).toMatchObject({ code: 'sequence' })
    expect(slot.current).toBeNull()
  })

  it('without its sequence, and with a bundle that no key of today vouches for: what was accepted cannot be known', async () => {
    await (await open()).activate(await version(7))
    rmSync(sequenceFile)
    const keys = [publicOf(generateSigningKey())]
    await expect(open({ keys })).rejects.toMatchObject({ name: 'StateError' })
    rmSync(lastGood)
    await open({ keys })
    expect(slot.current).toBeNull()
  })

  it.each([
    '',
    'null',
    '7',
    '[]',
    '{}',
    '{"sequence":"7"}',
    '{"sequence":1e300}',
    '{"sequence":7.5}',
    '{"sequence":-1}',
    '{"sequence":7',
  ])('whose sequence is %j: does not start', async (text) => {
    mkdirSync(state)
    writeFileSync(sequenceFile, text)
    await expect(open()).rejects.toMatchObject({ name: 'StateError' })
  })

  it('with a link where the bundle is to be written: what it leads to is not touched', async () => {
    mkdirSync(state)
    const victim = join(state, '..', 'victim')
    writeFileSync(victim, 'precious')
    symlinkSync(victim, `${lastGood}.${process.pid}.tmp`)
    symlinkSync(victim, lastGood)
    rmSync(lastGood)
    expect(await (await open()).activate(await version(7))).toMatchObject({ kind: 'activated' })
    expect(readFileSync(victim, 'utf8')).toBe('precious')
    expect(readdirSync(state).sort()).toEqual(['last-good.iapb', 'sequence.json'])
  })
})

it('two processes over one directory, as while one drains: the one that is behind does not bring the sequence back', async () => {
  const old = await open()
  await old.activate(await version(7))
  const next = await open()
  await next.activate(await version(8))
  expect(await old.activate(await version(7, { sources: [] }))).toMatchObject({ kind: 'refused', code: 'sequence' })
  expect(JSON.parse(readFileSync(sequenceFile, 'utf8'))).toMatchObject({ sequence: 8 })
  expect(await (await open()).activate(await version(7))).toMatchObject({ code: 'sequence' })
})

describe('candidates', () => {
  it('a slow older one that ends after a newer one was asked for', async () => {
    const store = await open()
    const large = await version(7, {
      sources: [{ name: 'large.iap', text: 'x'.repeat(20 << 20) }] as unknown as PackInput['sources'],
    })
    const [slow, fast] = await Promise.all([store.activate(large), store.activate(await version(8))])
    expect([slow.kind, fast.kind]).toEqual(['activated', 'activated'])
    expect(store.status.active?.sequence).toBe(8)
  })

  it('whose bytes change while they wait: what is kept is what was verified', async () => {
    const store = await open()
    const bytes = Buffer.from(await version(7))
    const whole = Buffer.from(bytes)
    const turn = store.activate(bytes)
    bytes.fill(0)
    expect(await turn).toMatchObject({ kind: 'activated' })
    expect(readFileSync(lastGood).equals(whole)).toBe(true)
  })

  it('of the same content with another manifest is looked at like any other', async () => {
    const store = await open()
    await store.activate(await version(7))
    const lying = await withManifest(await version(7), tinySigner, (manifest) => ({ ...manifest, sequence: 8, identities: [] }))
    expect(await store.activate(lying)).toMatchObject({ code: 'manifest-mismatch' })
    const next = await open()
    expect(await next.recover()).toMatchObject({ kind: 'activated', sequence: 7 })
  })

  it('that is the serving one, signed by the next key: it is kept, so that the old key can go', async () => {
    const fresh = generateSigningKey()
    const store = await open()
    await store.activate(await version(7))
    expect(await store.activate(await version(7, { signers: [tinySigner, fresh] }))).toMatchObject({ kind: 'unchanged' })
    const rotated = await open({ keys: [publicOf(fresh)] })
    expect(await rotated.recover()).toMatchObject({ kind: 'activated' })
  })

  it('whose identities need what its `needs` do not say', async () => {
    const policy = tinyPolicy().replace("methods: ['jwt']", "methods: ['pigeon']")
    const model = {
      identities: [{ name: 'staff', methods: ['pigeon'] }],
      services: [{ name: 'shop', hosts: [{ text: 'shop.example' }] }],
      data: [],
      rules: [],
      tests: [],
      routes: [],
    }
    const bundle = await tinyBundle({
      compiled: { policy, needs: [], schemas: tinySchemas },
      model: model as unknown as PackInput['model'],
    })
    expect(await (await open()).activate(bundle)).toMatchObject({ code: 'needs' })
  })
})

it('a listener that throws: the store goes on', async () => {
  const store = await open({
    onEvent: () => {
      throw new Error('the log is full')
    },
  })
  expect(await store.activate(await version(7))).toMatchObject({ kind: 'activated' })
  expect(await store.activate(Buffer.from('x'))).toMatchObject({ code: 'not-gzip' })
  expect(await store.activate(await version(8))).toMatchObject({ kind: 'activated' })
  expect(() => store.report('source-missing', 'gone')).not.toThrow()
  expect(store.status.active?.sequence).toBe(8)
})

it('a bundle that could not be kept is tried again, though its file does not change', async () => {
  const store = await open()
  const file = join(state, '..', 'x.iapb')
  writeFileSync(file, await version(7))
  mkdirSync(join(lastGood, 'in-the-way'), { recursive: true })
  const watch = followSource(store, { kind: 'file', file, interval: 10, retry: 50 })
  try {
    await watch.ready
    expect(store.status.lastError?.code).toBe('state')
    rmSync(lastGood, { recursive: true })
    await until(() => slot.current !== null)
    expect(store.status).toMatchObject({ active: { sequence: 7, origin: 'source' }, lastError: null })
    const refusals = store.status.refusals.get('state') ?? 0
    // Its timers of 10 and 50 ms are due before these.
    for (let turn = 0; turn < 20; turn++) await sleep(10)
    expect(store.status.refusals.get('state')).toBe(refusals)
    expect(existsSync(lastGood)).toBe(true)
  } finally {
    await watch.close()
  }
})
