import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { tinyBundle, tinyInput, tinyModel, tinySigner, tinyTest } from '../../tests/bundles/tiny-policy.ts'
import { COMPILER, generateSigningKey, packBundle, testsOf } from './index.ts'

function write(bytes: Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'iap-bundle-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'x.iapb')
  writeFileSync(file, bytes)
  return file
}

function extract(file: string, entry: string): string {
  return execFileSync('tar', ['-xzOf', file, entry], { encoding: 'utf8' })
}

describe('packBundle', () => {
  it('makes a gzipped tar that tar lists, entries sorted', async () => {
    const listed = execFileSync('tar', ['-tzf', write(await tinyBundle())], { encoding: 'utf8' })
      .trimEnd()
      .split('\n')
    expect(listed).toEqual([
      'manifest.json',
      'policy.js',
      `signatures/${tinySigner.kid}.jws`,
      'sources/orders.iap',
      'sources/people/identity.iap',
      'validators.js',
    ])
  })

  it('carries the tests that there is room for, and says nothing of the others', () => {
    const large = (kilobytes: number) => ({ ...tinyTest, body: { json: 'x'.repeat(kilobytes * 1024) } })
    const named = (tests: readonly object[]) => testsOf({ ...tinyModel, tests } as unknown as typeof tinyModel)
    expect(named([]).carried).toBe(0)
    const mixed = named([tinyTest, large(256), large(255), tinyTest])
    expect([mixed.carried, mixed.text.split('\n').map((line) => line.length >> 10)]).toEqual([3, [0, 255, 0, 0]])
    const many = named([...Array.from({ length: 20 }, () => large(255)), tinyTest])
    expect(many.carried).toBe(17)
    expect(Buffer.byteLength(many.text)).toBeLessThan(4 << 20)
  })

  it('is the same byte for byte, in another run and with the sources in another order', async () => {
    const first = await tinyBundle()
    const input = tinyInput()
    const again = await packBundle({ ...input, sources: [...input.sources].reverse() })
    expect(Buffer.from(again).equals(Buffer.from(first))).toBe(true)
  })

  it('names no machine, user or moment', async () => {
    const bytes = await tinyBundle()
    expect([...bytes.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])
    const header = gunzipSync(bytes).subarray(0, 512).toString('latin1')
    expect(header.slice(108, 115)).toBe('0000000')
    expect(header.slice(116, 123)).toBe('0000000')
    expect(header.slice(136, 147)).toBe('00000000000')
    expect(header.slice(265, 329)).toBe('\0'.repeat(64))
  })

  it('says in the manifest what is in it, as anybody can check', async () => {
    const file = write(await tinyBundle())
    const manifest = JSON.parse(extract(file, 'manifest.json'))
    expect(manifest).toMatchObject({
      format: 1,
      abi: 3,
      sequence: 1,
      needs: ['identity:jwt'],
      identities: [{ name: 'staff', methods: ['jwt'] }],
      services: [{ name: 'shop', hosts: ['shop.example'] }],
      data: [],
      bodies: [],
      invariants: [],
      check: { warnings: 0 },
      tests: { passed: 3, failed: 0 },
    })
    const paths = manifest.files.map((entry: { path: string }) => entry.path)
    expect(paths).toEqual(['policy.js', 'sources/orders.iap', 'sources/people/identity.iap', 'validators.js'])
    let list = ''
    for (const { path, sha256, size } of manifest.files) {
      const content = extract(file, path)
      expect(createHash('sha256').update(content).digest('hex')).toBe(sha256)
      expect(Buffer.byteLength(content)).toBe(size)
      list += `${sha256} ${size} ${path}\n`
    }
    expect(manifest.revision).toBe(`sha256:${createHash('sha256').update(list).digest('hex')}`)
  })

  it('says what rules were called, and nothing where none was called otherwise', async () => {
    const rule = (name: string, ...was: readonly string[]) => ({
      name,
      declaration: { annotations: was.map((value) => ({ name: { text: 'was' }, argument: { value } })) },
    })
    const rules = [rule('now', 'then', 'before'), rule('always'), rule('again', 'once')]
    const formerlyIn = async (bytes: Uint8Array) => JSON.parse(extract(write(bytes), 'manifest.json')).formerly
    const { model } = tinyInput()
    expect(await formerlyIn(await tinyBundle({ model: { ...model, rules } as never }))).toEqual([
      { name: 'again', was: ['once'] },
      { name: 'now', was: ['before', 'then'] },
    ])
    expect(await formerlyIn(await tinyBundle())).toBeUndefined()
  })

  it('says what data it takes, which bodies it reads and what became of invariants', async () => {
    const { compiled, model } = tinyInput()
    const set = { type: 'array', items: { type: 'string' } } as const
    const schemas = {
      ...compiled.schemas,
      data: { b: set, a: { type: 'object', properties: { 10: set, 9: set } } as const },
      bodies: { 's.y': { type: set, source: null }, 's.x': { type: set, source: true } },
    }
    const invariants = [
      { name: 'two', verdict: 'tried', requests: 2000, more: 'no' },
      { name: 'one', verdict: 'unknown', requests: 0 },
    ] as const
    const file = write(
      await tinyBundle({
        compiled: { ...compiled, schemas },
        model: { ...model, data: [{ name: 'b' }, { name: 'a' }] } as never,
        invariants,
      }),
    )
    const text = extract(file, 'manifest.json')
    expect(JSON.parse(text)).toMatchObject({
      data: [{ name: 'a' }, { name: 'b', schema: set }],
      bodies: ['s.x', 's.y'],
      invariants: [
        { name: 'one', verdict: 'unknown', requests: 0 },
        { name: 'two', verdict: 'tried', requests: 2000 },
      ],
    })
    // By UTF-16 units, not as JavaScript lists what looks like numbers.
    expect(text.indexOf('"10"')).toBeLessThan(text.indexOf('"9"'))
    expect(text).not.toContain('more')
  })

  it('keeps the revision when only sequence, signers or test counts change, and not when a source does', async () => {
    const revision = async (bytes: Promise<Uint8Array>) => JSON.parse(extract(write(await bytes), 'manifest.json')).revision
    const first = await revision(tinyBundle())
    const second = await revision(tinyBundle({ sequence: 9, signers: [generateSigningKey()], tests: { passed: 9, failed: 0 } }))
    const other = await revision(tinyBundle({ sources: [{ name: 'orders.iap', text: '' }] }))
    expect(second).toBe(first)
    expect(other).not.toBe(first)
  })

  it('carries a signature for each signer', async () => {
    const other = generateSigningKey()
    const file = write(await tinyBundle({ signers: [tinySigner, other] }))
    for (const { kid } of [tinySigner, other]) {
      expect(extract(file, `signatures/${kid}.jws`)).toMatch(/^[A-Za-z0-9_-]+\.\.[A-Za-z0-9_-]{86}$/)
    }
  })

  it.each(['../x.iap', '/x.iap', 'a\\b.iap', 'a//b.iap', './x.iap', 'a\nb.iap', 'x'.repeat(200), ''])(
    'refuses a source with the name %j',
    async (name) => {
      await expect(tinyBundle({ sources: [{ name, text: '' }] })).rejects.toMatchObject({ code: 'source-name' })
    },
  )

  it('refuses two sources with one name', async () => {
    const source = { name: 'a.iap', text: '' }
    await expect(tinyBundle({ sources: [source, source] })).rejects.toMatchObject({ code: 'source-twice' })
  })

  it('calls itself by the version of the package', () => {
    const { name, version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
    expect(COMPILER).toBe(`${name}/${version}`)
  })
})
