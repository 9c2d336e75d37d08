/** `iap verify --rebuild`: a bundle that is signed and whole, and is not what its sources make. */
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PrivateSigningKey, readSigningKey } from '../../compiler/bundle/index.ts'
import { fileList } from '../../runtime/abi/index.ts'
import { bundleOf, entriesOf, withFile, withManifest } from '../bundles/craft-bundle.ts'
import { inside } from './inside.ts'

const FILES = {
  'policies/people.iap': 'identity staff via jwt { sub: string, level: int }\n\nrole senior of staff when caller.level >= 3\n',
  'policies/shop.iap': `import { senior, staff } from "./people.iap"

service shop at "shop.test" {
  route read GET "/orders/{id: int}"
  route refund POST "/orders/{id: int}/refund" body schema "./refund.schema.json"
}

permit seniors on shop.* to senior when params.id < 1000

invariant nobody_without_login on shop.* denied when caller is anonymous

test "a senior reads" {
  as staff { sub: "ann", level: 3 }
  GET "https://shop.test/orders/7"
  expect permit by seniors
}
`,
  'policies/refund.schema.json':
    '{ "type": "object", "properties": { "amount": { "type": "integer" } }, "required": ["amount"] }',
  'iap.json': '{ "language": 1 }',
}

let folder: string
let signer: PrivateSigningKey
let good: Uint8Array

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'iap-rebuild-'))
  for (const [name, text] of Object.entries(FILES)) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  expect((await run(['keygen', '-o', 'private.jwk.json', '--public', 'public.jwk.json'])).code).toBe(0)
  const built = await run(['build', 'policies', '-o', 'good.iapb', '--sign', 'private.jwk.json', '--sequence', '7'])
  expect(built.code, built.stderr).toBe(0)
  const read = readSigningKey(readFileSync(join(folder, 'private.jwk.json'), 'utf8'))
  if (!read.ok) throw new Error(read.code)
  signer = read.key
  good = readFileSync(join(folder, 'good.iapb'))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function run(words: readonly string[]) {
  return inside(words, { cwd: folder })
}

async function verified(bytes: Uint8Array, ...more: readonly string[]) {
  writeFileSync(join(folder, 'given.iapb'), bytes)
  const { code, stdout } = await run(['verify', 'given.iapb', '--key', 'public.jwk.json', ...more])
  return { code, stdout }
}

async function rebuilt(bytes: Uint8Array) {
  // By its signature alone it is a good one.
  expect((await verified(bytes)).code).toBe(0)
  const { code, stdout } = await verified(bytes, '--rebuild', '--format', 'json')
  return {
    code,
    json: JSON.parse(stdout) as { ok: boolean; code?: string; differences?: readonly { entry: string; message: string }[] },
  }
}

async function textOf(name: string): Promise<string> {
  return (await entriesOf(good)).find((entry) => entry.name === name)?.content.toString() ?? ''
}

/** The good bundle with an entry changed, and signed again by the same key. */
async function changed(name: string, change: (text: string) => string): Promise<Uint8Array> {
  const before = await textOf(name)
  const after = change(before)
  expect(after).not.toBe(before)
  return withFile(good, signer, name, Buffer.from(after))
}

test('what is built of its sources is that bundle', async () => {
  const { code, stdout } = await verified(good, '--rebuild')
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(
      /^✓ given\.iapb: sha256:\S+ sequence 7, signed by \S+, with \d+ tests? for proxies to run, reproduced from its sources\n$/,
    ),
  ])
  expect(await rebuilt(good)).toMatchObject({
    code: 0,
    json: { ok: true, rebuilt: { compiler: { bundle: 'iap-proxy/0.1.0', here: 'iap-proxy/0.1.0' } } },
  })
})

describe('signed by a key that is trusted, and', () => {
  test('with other code', async () => {
    const bytes = await changed('policy.js', (code) => code.replace('>= 3', '>= 0'))
    const line = (await textOf('policy.js')).split('>= 3')[0]?.split('\n').length
    expect(await rebuilt(bytes)).toMatchObject({
      code: 1,
      json: {
        ok: false,
        code: 'not-reproduced',
        differences: [
          { entry: 'policy.js', message: `differs at line ${line} from the text that its sources produce: rebuild the bundle` },
        ],
      },
    })
    const { code, stdout } = await verified(bytes, '--rebuild')
    expect([code, stdout]).toEqual([
      1,
      `policy.js differs at line ${line} from the text that its sources produce: rebuild the bundle\n✗ given.iapb: it differs from what its sources compile to (not-reproduced)\n`,
    ])
  })

  test.each<[what: string, entry: string, change: (text: string) => string]>([
    ['other validators', 'validators.js', (code) => code.replace('"integer"', '"string"')],
    ['another source map', 'policy.js.map', (map) => map.replace('"names":[]', '"names":["a"]')],
  ])('with %s', async (_, entry, change) => {
    expect((await rebuilt(await changed(entry, change))).json.differences).toEqual([
      {
        entry,
        message: expect.stringMatching(/^differs at line \d+ from the text that its sources produce: rebuild the bundle$/),
      },
    ])
  })

  test('with other sources: what they make differs, and is said', async () => {
    const { json } = await rebuilt(await changed('sources/policies/shop.iap', (text) => text.replace('< 1000', '< 2000')))
    expect(json.differences?.map(({ entry }) => entry)).toEqual(['policy.js'])
  })

  test('with sources that have errors', async () => {
    const { json } = await rebuilt(await changed('sources/policies/shop.iap', (text) => `${text}\npermit`))
    expect(json.differences).toEqual([
      {
        entry: 'sources/',
        message: 'has errors with the compiler of this `iap`: use the version of `iap` that built the bundle',
      },
    ])
  })

  test('with a source more', async () => {
    const more = await withManifest(
      await bundleOf([...(await entriesOf(good)), { name: 'sources/policies/more.txt', content: 'x' }]),
      signer,
      (manifest) => {
        const sha256 = '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881'
        const files = [...manifest.files, { path: 'sources/policies/more.txt', sha256, size: 1 }].sort((a, b) =>
          a.path < b.path ? -1 : 1,
        )
        return { ...manifest, files, revision: `sha256:${createHash('sha256').update(fileList(files)).digest('hex')}` }
      },
    )
    expect((await rebuilt(more)).json.differences).toEqual([
      { entry: 'sources/policies/more.txt', message: 'is not produced by its sources: rebuild the bundle' },
    ])
  })

  test.each<[member: string, value: unknown]>([
    ['tests', { passed: 99, failed: 0 }],
    ['invariants', [{ name: 'nobody_without_login', verdict: 'tried', requests: 2000 }]],
    ['needs', []],
    ['bodies', []],
  ])('with a manifest that tells of other `%s`', async (member, value) => {
    const bytes = await withManifest(good, signer, (manifest) => ({ ...manifest, [member]: value }))
    expect((await rebuilt(bytes)).json.differences).toEqual([
      { entry: 'manifest.json', message: `has another value of \`${member}\` than its sources produce: rebuild the bundle` },
    ])
  })

  test('by another version: that is named, and nothing is held against it that is the same', async () => {
    const other = await withManifest(good, signer, (manifest) => ({ ...manifest, compiler: 'iap-proxy/0.0.9' }))
    expect(await rebuilt(other)).toMatchObject({
      code: 0,
      json: { ok: true, rebuilt: { compiler: { bundle: 'iap-proxy/0.0.9' } } },
    })
    const code = await changed('policy.js', (text) => text.replace('>= 3', '>= 0'))
    const both = await withManifest(code, signer, (manifest) => ({ ...manifest, compiler: 'iap-proxy/0.0.9' }))
    expect(await rebuilt(both)).toMatchObject({
      code: 1,
      json: {
        code: 'other-compiler',
        message: expect.stringContaining('it was compiled by iap-proxy/0.0.9'),
        differences: [{ entry: 'policy.js' }],
      },
    })
  })
})

test('what nobody signed is not built', async () => {
  writeFileSync(
    join(folder, 'given.iapb'),
    await bundleOf((await entriesOf(good)).filter(({ name }) => !name.startsWith('signatures/'))),
  )
  const { code, stdout } = await run(['verify', 'given.iapb', '--key', 'public.jwk.json', '--rebuild', '--format', 'json'])
  expect([code, JSON.parse(stdout)]).toMatchObject([1, { ok: false, code: 'unsigned' }])
})
