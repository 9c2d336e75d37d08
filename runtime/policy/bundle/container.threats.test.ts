import { execFileSync } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { entriesOf, withEntry } from '../../../tests/bundles/craft-bundle.ts'
import { tinyBundle, tinySigner } from '../../../tests/bundles/tiny-policy.ts'
import { type PublicKey, readBundle } from '../index.ts'
import type { BundleRefusal } from './refusal.ts'

/**
 * The container is not vouched for by the signature: whoever can write the file can write it in any spelling. One bundle, one
 * reading: what another tool would list or unpack otherwise than this reader does is refused.
 */

const keys: readonly PublicKey[] = [{ kid: tinySigner.kid, key: createPublicKey(tinySigner.key) }]
let good: Uint8Array
let tar: Buffer

beforeAll(async () => {
  good = await tinyBundle()
  tar = gunzipSync(good)
})

/** A header as POSIX says; `patches` are written over it before the checksum. */
function header(name: string, size: number, patches: readonly (readonly [offset: number, bytes: string])[] = []): Buffer {
  const block = Buffer.alloc(512)
  block.write(name, 0, 'utf8')
  block.write('0000644\0' + '0000000\0' + '0000000\0', 100, 'latin1')
  block.write(`${size.toString(8).padStart(11, '0')}\0${'0'.repeat(11)}\0`, 124, 'latin1')
  block.write('0', 156, 'latin1')
  block.write('ustar\x0000', 257, 'latin1')
  for (const [offset, bytes] of patches) block.write(bytes, offset, 'latin1')
  return summed(block)
}

function summed(block: Buffer): Buffer {
  block.fill(0x20, 148, 156)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return block
}

function padded(content: Buffer, fill = 0): Buffer {
  return Buffer.concat([content, Buffer.alloc(-content.length & 511, fill)])
}

const END = Buffer.alloc(1024)

/** The good bundle, its entry `policy.js` written by hand. */
async function withPolicyHeader(
  patches: readonly (readonly [offset: number, bytes: string])[],
  options: { name?: string; before?: readonly Buffer[]; fill?: number } = {},
): Promise<Uint8Array> {
  const blocks: Buffer[] = []
  for (const { name, content } of await entriesOf(good)) {
    const body = Buffer.from(content)
    const isPolicy = name === 'policy.js'
    if (isPolicy) blocks.push(...(options.before ?? []))
    blocks.push(header(isPolicy ? (options.name ?? name) : name, body.length, isPolicy ? patches : []))
    blocks.push(padded(body, isPolicy ? options.fill : 0))
  }
  return gzipSync(Buffer.concat([...blocks, END]))
}

function longName(name: string, type = 'L'): readonly Buffer[] {
  const body = Buffer.from(`${name}\0`)
  return [header('././@LongLink', body.length, [[156, type]]), padded(body)]
}

const record = 'path=policy.js\n'
const pax = Buffer.from(`${record.length + 3} ${record}`)

it('takes the hand-made one that differs in nothing', async () => {
  expect(await readBundle(await withPolicyHeader([]), { keys })).toMatchObject({ ok: true })
})

it('takes what no reading depends on: owner, time, mode, zeros behind the end', async () => {
  const bundle = await withPolicyHeader([
    [100, '0100755\0'],
    [108, '0001750\0'],
    [136, '14000000000\0'],
    [265, 'somebody\0'],
  ])
  expect(await readBundle(bundle, { keys })).toMatchObject({ ok: true })
  expect(await readBundle(gzipSync(Buffer.concat([tar, Buffer.alloc(9216)])), { keys })).toMatchObject({ ok: true })
})

describe('gzip', () => {
  const cases: readonly [name: string, code: BundleRefusal, make: () => Uint8Array][] = [
    ['bytes behind the member', 'corrupt', () => Buffer.concat([good, Buffer.from('another bundle')])],
    ['zeros behind the member', 'corrupt', () => Buffer.concat([good, Buffer.alloc(512)])],
    ['a second member that is empty', 'corrupt', () => Buffer.concat([good, gzipSync('')])],
    [
      'two members that make one tar',
      'corrupt',
      () => Buffer.concat([gzipSync(tar.subarray(0, 1024)), gzipSync(tar.subarray(1024))]),
    ],
    ['a member cut in the middle of its trailer', 'truncated', () => good.subarray(0, -3)],
    ['a trailer with another length', 'corrupt', () => Buffer.concat([good.subarray(0, -4), Buffer.alloc(4, 1)])],
    ['a header with a name', 'corrupt', () => withFlag(8, Buffer.from('other.tar\0'))],
    ['a header with an extra field', 'corrupt', () => withFlag(4, Buffer.from([2, 0, 65, 66]))],
    ['a header with a reserved flag', 'corrupt', () => withFlag(0x20, Buffer.alloc(0))],
    ['another method', 'corrupt', () => Buffer.concat([good.subarray(0, 2), Buffer.from([7]), good.subarray(3)])],
    ['nothing but a header', 'truncated', () => good.subarray(0, 10)],
    ['half a header', 'truncated', () => good.subarray(0, 5)],
  ]
  const withFlag = (flag: number, field: Buffer) =>
    Buffer.concat([good.subarray(0, 3), Buffer.from([flag]), good.subarray(4, 10), field, good.subarray(10)])

  it.each(cases)('with %s: %s', async (_, code, make) => {
    expect(await readBundle(make(), { keys })).toMatchObject({ ok: false, code })
  })
})

describe('tar', () => {
  const cases: readonly [name: string, code: BundleRefusal, make: () => Promise<Uint8Array>][] = [
    ['a GNU long name', 'entry-type', () => withPolicyHeader([], { name: 'other.js', before: longName('policy.js') })],
    ['a GNU long link name', 'entry-type', () => withPolicyHeader([], { before: longName('', 'K') })],
    [
      'a pax header',
      'entry-type',
      () => withPolicyHeader([], { name: 'o', before: [header('p', pax.length, [[156, 'x']]), padded(pax)] }),
    ],
    ['an empty pax header', 'entry-type', () => withPolicyHeader([], { before: [header('p', 0, [[156, 'x']])] })],
    ['an empty global pax header', 'entry-type', () => withPolicyHeader([], { before: [header('p', 0, [[156, 'g']])] })],
    ...['S', 'M', 'V', 'D', 'N', '7', 'A', 'X', '\0', '\xff'].map((type): (typeof cases)[number] => [
      `the type ${JSON.stringify(type)}`,
      'entry-type',
      () => withPolicyHeader([[156, type]]),
    ]),
    [
      'a byte order mark before a name, which is another name',
      'unlisted-entry',
      () => withPolicyHeader([], { name: '\ufeffpolicy.js' }),
    ],
    ['a name that is not UTF-8', 'entry-name', () => withPolicyHeader([[0, 'policy.\xff\xfe']])],
    ['a name that goes on behind its end', 'corrupt', () => withPolicyHeader([[20, '/../x']])],
    ['a prefix that goes on behind its end', 'corrupt', () => withPolicyHeader([[350, 'x']])],
    ['a prefix of a dot', 'entry-name', () => withPolicyHeader([[345, '.']])],
    ['a prefix of two dots', 'entry-name', () => withPolicyHeader([[345, 'a/..']])],
    ['`./policy.js`', 'entry-name', () => withPolicyHeader([], { name: './policy.js' })],
    ['a link name', 'entry-type', () => withPolicyHeader([[157, 'x']])],
    ['a link name behind its end', 'entry-type', () => withPolicyHeader([[160, 'x']])],
    ['a prefix that GNU tar would not read', 'corrupt', () => withPolicyHeader([[257, 'ustar  \0']])],
    ['no magic (V7)', 'corrupt', () => withPolicyHeader([[257, '\0'.repeat(8)]])],
    ['magic with a space', 'corrupt', () => withPolicyHeader([[257, 'ustar 00']])],
    ['bytes behind the header fields', 'corrupt', () => withPolicyHeader([[505, 'x']])],
    ['a padding that is not zero', 'corrupt', () => withPolicyHeader([], { fill: 0x41 })],
    [
      'a size in base 256',
      'corrupt',
      () =>
        withSize((size) => {
          const b = Buffer.alloc(12)
          b[0] = 0x80
          b.writeUInt32BE(size, 8)
          return b
        }),
    ],
    [
      'a size with spaces in it',
      'corrupt',
      () => withSize((size) => Buffer.from(`${size.toString(8).split('').join(' ')} `.padEnd(12, '\0'))),
    ],
    ['a size with spaces before it', 'corrupt', () => withSize((size) => Buffer.from(`${size.toString(8).padStart(11)}\0`))],
    ['a size that ends early', 'corrupt', () => withSize((size) => Buffer.from(`${size.toString(8)}\x0077`.padEnd(12, '\0')))],
    ['a size with a sign', 'corrupt', () => withSize((size) => Buffer.from(`+${size.toString(8).padStart(10, '0')}\0`))],
    ['a checksum with spaces', 'corrupt', () => withChecksum((sum) => `${sum.toString(8).padStart(7)}\0`)],
    ['a checksum that ends early', 'corrupt', () => withChecksum((sum) => `${sum.toString(8)}\0`.padEnd(8, '7'))],
    ['a signed checksum', 'corrupt', () => withChecksum((sum) => `${(sum - 256).toString(8).padStart(6, '0')}\0 `)],
    ['one block of zeros and then another entry', 'corrupt', () => withPolicyHeader([], { before: [Buffer.alloc(512)] })],
    ['an entry behind the end', 'corrupt', () => withPolicyHeader([], { before: [END] })],
    ['an end of one block', 'truncated', async () => gzipSync(tar.subarray(0, -512))],
    ['an end that is not a whole block', 'corrupt', async () => gzipSync(Buffer.concat([tar, Buffer.alloc(5)]))],
    ['a control character of the upper half in a name', 'entry-name', () => withEntry(good, 'sources/a\u009bb', '')],
    ['a line separator in a name', 'entry-name', () => withEntry(good, 'sources/a\u2028b', '')],
    ['a text that turns around in a name', 'entry-name', () => withEntry(good, 'sources/\u202esj.pai', '')],
  ]

  async function withSize(spell: (size: number) => Buffer): Promise<Uint8Array> {
    const policy = (await entriesOf(good)).find(({ name }) => name === 'policy.js')
    return withPolicyHeader([[124, spell(policy?.content.length ?? 0).toString('latin1')]])
  }

  async function withChecksum(spell: (sum: number) => string): Promise<Uint8Array> {
    const blocks = Buffer.from(tar)
    const sum = Number.parseInt(blocks.toString('latin1', 148, 154), 8)
    blocks.write(spell(sum), 148, 'latin1')
    return gzipSync(blocks)
  }

  it.each(cases)('with %s: %s', async (_, code, make) => {
    expect(await readBundle(await make(), { keys })).toMatchObject({ ok: false, code })
  })

  it('reads what `tar` lists', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'iap-tar-')), 'x.iapb')
    writeFileSync(file, good)
    const listed = execFileSync('tar', ['-tzf', file], { encoding: 'utf8' })
    expect(listed.trim().split('\n')).toHaveLength(6)
  })
})

describe('before a signature is believed', () => {
  it('a signature file has the size of one: nothing is cut or parsed that anybody could have made long', async () => {
    const dots = await withEntry(good, `signatures/${tinySigner.kid}.jws`, Buffer.alloc(48 << 20, '.'))
    expect(await readBundle(dots, { keys })).toMatchObject({ code: 'bad-signature' })
    const nested = Buffer.from(`{"alg":${'['.repeat(1 << 20)}`).toString('base64url')
    const deep = await withEntry(good, `signatures/${tinySigner.kid}.jws`, `${nested}..x`)
    expect(await readBundle(deep, { keys })).toMatchObject({ code: 'bad-signature' })
  })
})
