import { createPublicKey } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { generateSigningKey, publicJwk } from '../../../compiler/bundle/index.ts'
import { bundleOf, entriesOf, signature, tarOf, withEntry, withFile, withManifest } from '../../../tests/bundles/craft-bundle.ts'
import { tinyBundle, tinyModel, tinyPolicy, tinySigner, tinyTest } from '../../../tests/bundles/tiny-policy.ts'
import type { Manifest } from '../../abi/index.ts'
import { type PublicKey, readBundle } from '../index.ts'
import { BUNDLE_REFUSALS, type BundleRefusal } from './refusal.ts'

const keys: readonly PublicKey[] = [{ kid: tinySigner.kid, key: createPublicKey(tinySigner.key) }]
const stranger = generateSigningKey()
/** Bytes that are changed in one way. */
const RUNS = process.env.IAP_FULL === '1' ? 400 : 160
let good: Uint8Array

beforeAll(async () => {
  good = await tinyBundle()
})

/** A tar entry of any type, which `packTar` of entries would not let through. */
async function withRawEntry(header: Parameters<typeof tarOf>[0][number]): Promise<Uint8Array> {
  return gzipSync(await tarOf([...(await entriesOf(good)), header]))
}

/** The same tar with some bytes of its first header changed, and its checksum put right. */
function withHeaderBytes(offset: number, bytes: Uint8Array): Uint8Array {
  const tar = gunzipSync(good)
  tar.set(bytes, offset)
  tar.fill(0x20, 148, 156)
  const sum = tar.subarray(0, 512).reduce((total, byte) => total + byte, 0)
  tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return gzipSync(tar)
}

function resigned(change: (manifest: Manifest) => unknown, spell?: (manifest: unknown) => string): Promise<Uint8Array> {
  return withManifest(good, tinySigner, change, spell)
}

function ending(expires: unknown, needs: readonly string[] = ['expiry', 'identity:jwt']): Promise<Uint8Array> {
  return resigned((manifest) => ({ ...manifest, expires, needs }))
}

async function withHeader(header: object): Promise<Uint8Array> {
  const entries = await entriesOf(good)
  const manifest = entries.find(({ name }) => name === 'manifest.json')?.content.toString() ?? ''
  return bundleOf([...entries.filter(({ name }) => !name.startsWith('signatures/')), signature(manifest, tinySigner, header)])
}

describe('readBundle', () => {
  it('reads what was packed', async () => {
    const read = await readBundle(good, { keys })
    if (!read.ok) throw new Error(read.message)
    expect(read.bundle.policy).toBe(tinyPolicy())
    expect(read.bundle.manifest.sequence).toBe(1)
    expect(read.bundle.verifiedBy).toEqual([tinySigner.kid])
    expect(read.bundle.sources).toEqual([
      { name: 'orders.iap', text: 'permit reads on shop.read to reader\n' },
      { name: 'people/identity.iap', text: '// Überall\n' },
    ])
  })

  it('takes one trusted signature among several, and names those it verified', async () => {
    const read = await readBundle(await tinyBundle({ signers: [stranger, tinySigner] }), { keys })
    expect(read).toMatchObject({ ok: true, bundle: { verifiedBy: [tinySigner.kid] } })
    if (read.ok) expect(read.bundle.signers).toEqual([stranger.kid, tinySigner.kid].sort())
  })

  it('reads until when it counts, and the tests that it carries', async () => {
    const model = { ...tinyModel, tests: [tinyTest] }
    const read = await readBundle(await tinyBundle({ expires: '2027-01-31T00:00:00Z', model }), { keys })
    if (!read.ok) throw new Error(read.message)
    expect(read.bundle.manifest).toMatchObject({ expires: '2027-01-31T00:00:00Z', needs: ['expiry', 'identity:jwt'] })
    expect(read.bundle.tests).toBe(
      '{"name":"open","request":{"method":"GET","url":"https://shop.example/healthz","headers":{},"caller":null,' +
        '"time":"2026-01-01T12:00:00Z","source":{"ip":"192.0.2.1"},"data":{}},' +
        '"expect":{"effect":"permit","by":null,"status":null,"headers":[],"limit":null,"shadow":null}}\n',
    )
    const without = await readBundle(good, { keys })
    expect(without.ok && [without.bundle.tests, without.bundle.manifest.expires]).toEqual([null, undefined])
  })

  it('looks at no signature where none is asked for', async () => {
    expect(await readBundle(await tinyBundle({ signers: [] }), { keys: 'unverified' })).toMatchObject({ ok: true })
  })

  it('reads past a manifest key that it does not know', async () => {
    expect(await readBundle(await resigned((manifest) => ({ ...manifest, note: 'later' })), { keys })).toMatchObject({ ok: true })
  })

  const large = Buffer.alloc(70 << 20)
  const cases: readonly [name: string, code: BundleRefusal, make: () => Uint8Array | Promise<Uint8Array>][] = [
    ['nothing', 'not-gzip', () => new Uint8Array(0)],
    ['text', 'not-gzip', () => Buffer.from('hello')],
    ['a tar without gzip', 'not-gzip', () => gunzipSync(good)],
    ['a file that is too large', 'too-large', () => Buffer.concat([good, Buffer.alloc(16 << 20)])],
    ['a bomb', 'too-large', () => gzipSync(large)],
    ['half of it', 'truncated', () => good.subarray(0, good.length >> 1)],
    ['all but the last byte', 'truncated', () => good.subarray(0, good.length - 1)],
    ['a tar that ends in an entry', 'truncated', () => gzipSync(gunzipSync(good).subarray(0, 700))],
    [
      'a tar without its end',
      'truncated',
      async () => gzipSync((await tarOf(await entriesOf(good))).subarray(0, -1024 - 512 - 1)),
    ],
    ['a damaged checksum of gzip', 'corrupt', () => Buffer.concat([good.subarray(0, -8), Buffer.alloc(8)])],
    ['gzip around no tar', 'corrupt', () => gzipSync(Buffer.alloc(1024, 'x'))],
    ['a damaged tar header', 'corrupt', () => gzipSync(Buffer.from(gunzipSync(good)).fill(0x41, 0, 3))],
    ['bytes behind the end of the tar', 'corrupt', () => gzipSync(Buffer.concat([gunzipSync(good), Buffer.from('more')]))],
    [
      'more entries than allowed',
      'too-many-entries',
      () => bundleOf(Array.from({ length: 10_001 }, (_, at) => ({ name: `sources/${at}`, content: '' }))),
    ],
    [
      'a link',
      'entry-type',
      () => withRawEntry({ name: 'sources/l', content: '', header: { type: 'symlink', linkname: '/etc/passwd' } }),
    ],
    [
      'a hard link',
      'entry-type',
      () => withRawEntry({ name: 'sources/l', content: '', header: { type: 'link', linkname: 'policy.js' } }),
    ],
    ['a directory', 'entry-type', () => withRawEntry({ name: 'sources/d/', content: '', header: { type: 'directory' } })],
    ['a device', 'entry-type', () => withRawEntry({ name: 'sources/c', content: '', header: { type: 'character-device' } })],
    ['a pipe', 'entry-type', () => withRawEntry({ name: 'sources/f', content: '', header: { type: 'fifo' } })],
    [
      'an extended header',
      'entry-type',
      () => withRawEntry({ name: 'sources/p', content: '', header: { pax: { path: 'policy.js' } } }),
    ],
    ['`../x`', 'entry-name', () => withEntry(good, '../x', '')],
    ['`sources/../../x`', 'entry-name', () => withEntry(good, 'sources/../../x', '')],
    ['`/x`', 'entry-name', () => withEntry(good, '/x', '')],
    ['a backslash', 'entry-name', () => withEntry(good, 'sources\\x', '')],
    ['a line break in a name', 'entry-name', () => withEntry(good, 'sources/a\nb', '')],
    ['a name that is not UTF-8', 'corrupt', () => gzipSync(Buffer.from(gunzipSync(good)).fill(0xff, 0, 3))],
    ['a name of white space', 'entry-name', () => withHeaderBytes(0, Buffer.alloc(100))],
    ['a signature under another name', 'entry-name', () => withEntry(good, 'signatures/me.jws', '')],
    [
      'an entry twice',
      'entry-twice',
      async () => bundleOf([...(await entriesOf(good)), { name: 'policy.js', content: 'return null' }]),
    ],
    [
      'the manifest twice',
      'entry-twice',
      async () => bundleOf([{ name: 'manifest.json', content: '{}' }, ...(await entriesOf(good))]),
    ],
    ['no manifest', 'manifest-missing', () => withEntry(good, 'manifest.json', null)],
    ['an empty tar', 'manifest-missing', () => bundleOf([])],
    ['no signature', 'unsigned', () => tinyBundle({ signers: [] })],
    ['a signature by another key', 'unknown-key', () => tinyBundle({ signers: [stranger] })],
    ['alg none', 'signature-algorithm', () => withHeader({ alg: 'none', kid: tinySigner.kid })],
    ['alg HS256', 'signature-algorithm', () => withHeader({ alg: 'HS256', kid: tinySigner.kid })],
    ['alg ES256', 'signature-algorithm', () => withHeader({ alg: 'ES256', kid: tinySigner.kid })],
    ['a header with crit', 'bad-signature', () => withHeader({ alg: 'EdDSA', kid: tinySigner.kid, crit: ['b64'], b64: false })],
    [
      'a header with a key in it',
      'bad-signature',
      () => withHeader({ alg: 'EdDSA', kid: tinySigner.kid, jwk: publicJwk(stranger) }),
    ],
    ['a header of another key', 'bad-signature', () => withHeader({ alg: 'EdDSA', kid: stranger.kid })],
    [
      "another's signature under a trusted name",
      'bad-signature',
      async () => {
        const entries = await entriesOf(await tinyBundle({ signers: [stranger] }))
        return bundleOf(entries.map((entry) => ({ ...entry, name: entry.name.replace(stranger.kid, tinySigner.kid) })))
      },
    ],
    [
      'a bad signature by a trusted key beside a good one of nobody',
      'bad-signature',
      async () => withEntry(await tinyBundle({ signers: [stranger, tinySigner] }), `signatures/${tinySigner.kid}.jws`, 'a..b'),
    ],
    ['an empty signature file', 'bad-signature', () => withEntry(good, `signatures/${tinySigner.kid}.jws`, '')],
    ['another manifest', 'bad-signature', async () => withEntry(good, 'manifest.json', '{}\n')],
    ['a manifest that is no JSON', 'manifest-shape', () => resigned(String, () => '{')],
    ['a manifest that is no object', 'manifest-shape', () => resigned(() => [])],
    [
      'a manifest with a key twice',
      'manifest-shape',
      () =>
        resigned(
          (m) => m,
          (m) => `{\n  "abi": 3,${JSON.stringify(m, null, 2).slice(1)}\n`,
        ),
    ],
    ['a manifest in another spelling', 'manifest-shape', () => resigned((m) => m, JSON.stringify)],
    ['a manifest without services', 'manifest-shape', () => resigned(({ services: _, ...rest }) => rest)],
    ['a negative sequence', 'manifest-shape', () => resigned((m) => ({ ...m, sequence: -1 }))],
    ['a broken sequence', 'manifest-shape', () => resigned((m) => ({ ...m, sequence: 1.5 }))],
    ['an end that is none', 'manifest-shape', () => ending('2027-02-30T00:00:00Z')],
    ['an end in another spelling', 'manifest-shape', () => ending('2027-01-31T00:00:00.000Z')],
    ['an end that is a number', 'manifest-shape', () => ending(1_798_761_600)],
    ['an end that is null', 'manifest-shape', () => ending(null)],
    ['an end far away', 'manifest-shape', () => ending('+010000-01-01T00:00:00Z')],
    ['an end that runtimes before would pass over', 'manifest-shape', () => ending('2027-01-31T00:00:00Z', ['identity:jwt'])],
    ['the need of an end, and none', 'manifest-shape', () => resigned((m) => ({ ...m, needs: ['expiry', 'identity:jwt'] }))],
    [
      'an end that somebody else has written',
      'bad-signature',
      async () => {
        const manifest = (await entriesOf(await tinyBundle({ expires: '2027-01-31T00:00:00Z' }))).find(
          ({ name }) => name === 'manifest.json',
        )
        const later = manifest?.content.toString().replace('2027-01-31', '2037-01-31') ?? ''
        return withEntry(await tinyBundle({ expires: '2027-01-31T00:00:00Z' }), 'manifest.json', later)
      },
    ],
    ['needs that are no texts', 'manifest-shape', () => resigned((m) => ({ ...m, needs: [1] }))],
    ['a former name that is none', 'manifest-shape', () => resigned((m) => ({ ...m, formerly: [{ name: 'a', was: [''] }] }))],
    ['no former names', 'manifest-shape', () => resigned((m) => ({ ...m, formerly: [{ name: 'a' }] }))],
    ['no list of bodies', 'manifest-shape', () => resigned(({ bodies: _, ...rest }) => rest)],
    [
      'a verdict of tomorrow',
      'manifest-shape',
      () => resigned((m) => ({ ...m, invariants: [{ name: 'i', verdict: 'proved', requests: 1 }] })),
    ],
    ['data without a schema', 'manifest-shape', () => resigned((m) => ({ ...m, data: [{ name: 'd' }] }))],
    ['a file listed twice', 'manifest-shape', () => resigned((m) => ({ ...m, files: [...m.files, m.files[0]] }))],
    [
      'a manifest that lists a signature',
      'manifest-shape',
      () =>
        resigned((m) => ({
          ...m,
          files: m.files.map((file) => ({ ...file, path: file.path.replace('validators.js', 'signatures/x') })),
        })),
    ],
    ['a format of tomorrow', 'format', () => resigned((m) => ({ ...m, format: 2 }))],
    ['no format', 'format', () => resigned(({ format: _, ...rest }) => rest)],
    ['an ABI of tomorrow', 'abi', () => resigned((m) => ({ ...m, abi: 4 }))],
    ['an entry that the manifest does not list', 'unlisted-entry', () => withEntry(good, 'sources/more.iap', '')],
    ['a file missing', 'file-missing', () => withEntry(good, 'sources/orders.iap', null)],
    [
      'no policy',
      'file-missing',
      async () => withManifest(await withEntry(good, 'policy.js', null), tinySigner, (m) => ({ ...m, files: m.files.slice(1) })),
    ],
    ['another policy', 'file-mismatch', () => withEntry(good, 'policy.js', tinyPolicy('everyone'))],
    ['a policy of the same size', 'file-mismatch', () => withEntry(good, 'policy.js', tinyPolicy('raeders'))],
    ['another revision', 'revision-mismatch', () => resigned((m) => ({ ...m, revision: `sha256:${'0'.repeat(64)}` }))],
    [
      'a policy that is not UTF-8',
      'text-encoding',
      () => withFile(good, tinySigner, 'policy.js', Buffer.from([0x22, 0xff, 0x22])),
    ],
  ]

  it('refuses one that fewer have signed than are asked for', async () => {
    const other = generateSigningKey()
    const both = [...keys, { kid: other.kid, key: createPublicKey(other.key) }]
    expect(await readBundle(good, { keys: both, signatures: 2 })).toMatchObject({ ok: false, code: 'too-few-signatures' })
  })

  it.each(cases)('refuses %s: %s', async (_, code, make) => {
    expect(await readBundle(await make(), { keys })).toMatchObject({ ok: false, code })
  })

  it('has a case for each code', () => {
    expect([...new Set([...cases.map(([, code]) => code), 'too-few-signatures'])].sort()).toEqual([...BUNDLE_REFUSALS].sort())
  })

  it('stops a bomb early: neither memory nor time are what it inflates to', async () => {
    const bomb = gzipSync(Buffer.alloc(300 << 20), { level: 9 })
    const before = process.memoryUsage().rss
    expect(await readBundle(bomb, { keys, maxInflated: 1 << 20 })).toMatchObject({ code: 'too-large' })
    expect(process.memoryUsage().rss - before).toBeLessThan(64 << 20)
  })

  it('believes no content before the signature: a damaged one is not even looked at', async () => {
    const unsigned = await withEntry(await withEntry(good, `signatures/${tinySigner.kid}.jws`, null), 'manifest.json', 'not json')
    expect(await readBundle(unsigned, { keys })).toMatchObject({ code: 'unsigned' })
  })

  it('with any byte changed, is refused or is the same content', async () => {
    const whole = await readBundle(good, { keys })
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const bytes = Uint8Array.from(good)
        bytes[at] = (bytes[at] as number) ^ flip
        const read = await readBundle(bytes, { keys })
        if (read.ok) expect(read).toEqual(whole)
      }),
      { seed: 20260302, numRuns: RUNS },
    )
  })

  it('with any byte of the tar changed, is refused or is the same content', async () => {
    const whole = await readBundle(good, { keys })
    const tar = gunzipSync(good)
    await fc.assert(
      fc.asyncProperty(fc.nat(tar.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const bytes = Uint8Array.from(tar)
        bytes[at] = (bytes[at] as number) ^ flip
        const read = await readBundle(gzipSync(bytes, { level: 1 }), { keys })
        if (read.ok) expect(read).toEqual(whole)
      }),
      { seed: 20260303, numRuns: RUNS },
    )
  })

  it('never throws, whatever it is given', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), fc.boolean(), async (bytes, packed) => {
        expect((await readBundle(packed ? gzipSync(bytes) : bytes, { keys })).ok).toBe(false)
      }),
      { seed: 20260304, numRuns: RUNS / 2 },
    )
  })
})
