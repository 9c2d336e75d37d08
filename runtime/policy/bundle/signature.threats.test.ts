import { createPublicKey } from 'node:crypto'
import { beforeAll, expect, it } from 'vitest'
import { generateSigningKey } from '../../../compiler/bundle/index.ts'
import { entriesOf, withEntry } from '../../../tests/bundles/craft-bundle.ts'
import { tinyBundle, tinySigner } from '../../../tests/bundles/tiny-policy.ts'
import { readBundle } from '../index.ts'

const keys = [{ kid: tinySigner.kid, key: createPublicKey(tinySigner.key) }]
const entry = `signatures/${tinySigner.kid}.jws`
let good: Uint8Array
let header: string
let value: string

beforeAll(async () => {
  good = await tinyBundle()
  const jws = (await entriesOf(good)).find(({ name }) => name === entry)?.content.toString() ?? ''
  ;[header = '', , value = ''] = jws.split('.')
})

/** The same signature with S + L for S: verifiers that do not compare S with L take it (RFC 8032 §8.4). */
function malleated(signature: string): string {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n
  const bytes = Buffer.from(signature, 'base64url')
  let s = order
  for (let at = 0; at < 32; at++) s += BigInt(bytes[32 + at] ?? 0) << BigInt(8 * at)
  for (let at = 0; at < 32; at++) bytes[32 + at] = Number((s >> BigInt(8 * at)) & 255n)
  return bytes.toString('base64url')
}

const headerOf = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url')
const kid = tinySigner.kid

it.each<[name: string, make: () => string, code?: string]>([
  ['a line feed behind it', () => `${header}..${value}\n`],
  ['a space before it', () => ` ${header}..${value}`],
  ['a byte order mark before it', () => `\ufeff${header}..${value}`],
  ['a NUL behind it', () => `${header}..${value}\0`],
  ['padding', () => `${header}..${value}==`],
  ['a fourth part', () => `${header}..${value}.x`],
  ['a payload of its own', () => `${header}.e30.${value}`],
  ['a last character with idle bits', () => `${header}..${value.slice(0, -1)}${String.fromCharCode(value.charCodeAt(85) + 1)}`],
  ['another spelling of the same number', () => `${header}..${malleated(value)}`],
  ['a signature of nothing', () => `${header}..`],
  ['a signature of zeros', () => `${header}..${Buffer.alloc(64).toString('base64url')}`],
  ['JSON serialization', () => JSON.stringify({ signatures: [{ protected: header, signature: value }] })],
  ['the members of its header in another order', () => `${headerOf({ kid, alg: 'EdDSA' })}..${value}`],
  [
    'the name of the algorithm that RFC 9864 gives',
    () => `${headerOf({ alg: 'Ed25519', kid })}..${value}`,
    'signature-algorithm',
  ],
  ['Ed448', () => `${headerOf({ alg: 'Ed448', kid })}..${value}`, 'signature-algorithm'],
  ['`none` and nothing', () => `${headerOf({ alg: 'none', kid })}..`, 'signature-algorithm'],
])('refuses a signature with %s', async (_, make, code = 'bad-signature') => {
  expect(await readBundle(await withEntry(good, entry, make()), { keys })).toMatchObject({ ok: false, code })
})

it('of two trusted keys, one good and one bad refuse the bundle, whichever is bad', async () => {
  const second = generateSigningKey()
  const both = [...keys, { kid: second.kid, key: createPublicKey(second.key) }]
  const bundle = await tinyBundle({ signers: [tinySigner, second] })
  expect(await readBundle(bundle, { keys: both })).toMatchObject({ ok: true })
  for (const bad of [tinySigner, second]) {
    const broken = await withEntry(bundle, `signatures/${bad.kid}.jws`, `${header}..${'A'.repeat(86)}`)
    expect(await readBundle(broken, { keys: both })).toMatchObject({ ok: false, code: 'bad-signature' })
  }
})

it('of three trusted keys, as many as are asked for must have signed', async () => {
  const others = [generateSigningKey(), generateSigningKey()]
  const three = [...keys, ...others.map(({ kid, key }) => ({ kid, key: createPublicKey(key) }))]
  const [second] = others
  if (second === undefined) throw new Error('unreachable')
  const two = await tinyBundle({ signers: [tinySigner, second] })
  for (const signatures of [1, 2]) expect(await readBundle(two, { keys: three, signatures })).toMatchObject({ ok: true })
  for (const signatures of [3, 4, Number.NaN])
    expect(await readBundle(two, { keys: three, signatures })).toMatchObject({ ok: false, code: 'too-few-signatures' })
  // One that is trusted twice, or that signed for somebody else, is still one.
  expect(await readBundle(good, { keys: [...keys, ...keys], signatures: 2 })).toMatchObject({ code: 'too-few-signatures' })
  const stranger = await tinyBundle({ signers: [tinySigner, generateSigningKey()] })
  expect(await readBundle(stranger, { keys: three, signatures: 2 })).toMatchObject({ code: 'too-few-signatures' })
  const forged = await withEntry(good, `signatures/${second.kid}.jws`, `${header}..${value}`)
  expect(await readBundle(forged, { keys: three, signatures: 2 })).toMatchObject({ code: 'bad-signature' })
})

it.each(['Manifest.json', 'manifest.json ', 'manifest.json/x', 'Policy.js', 'signatures', 'Signatures/x.jws'])(
  'takes no entry that is nearly another: %j',
  async (name) => expect(await readBundle(await withEntry(good, name, '{}'), { keys })).toMatchObject({ code: 'unlisted-entry' }),
)

it.each(['signatures/a/b.jws', `signatures/${kid}.JWS`, `signatures/${kid}`, `signatures/${kid}.jws.bak`])(
  'takes nothing for a signature that is not named like one: %j',
  async (name) => expect(await readBundle(await withEntry(good, name, 'x'), { keys })).toMatchObject({ code: 'entry-name' }),
)
