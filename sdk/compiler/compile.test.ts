import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { inside } from '../../tests/cli/inside.ts'
import { load } from '../runtime/index.ts'
import { CompileError, type CompileResult, compile, type Failure, generateKeys } from './index.ts'

const policy = `label internal
identity staff via jwt { sub: string, groups: set<string> }
role support of staff when "support" in caller.groups
service orders at "orders.shop.example" {
  route read GET "/orders/{id: int}" is internal
}
permit support_reads on orders.read to support
`
const keys = generateKeys()
const folder = mkdtempSync(join(tmpdir(), 'iap-compile-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const of = (text: string) => compile({ sources: [{ name: 'orders.iap', text }] })
const failuresOf = ({ failures }: CompileResult): readonly Failure[] => failures

describe('compile', () => {
  it('makes a signed bundle of texts, which `load` reads', async () => {
    const result = await compile({
      sources: [{ name: 'orders.iap', text: policy }],
      sign: [keys.privateKey, generateKeys().privateKey],
      sequence: 7,
    })
    if (!result.ok) throw new Error(JSON.stringify(result.diagnostics))
    expect(result).toMatchObject({ diagnostics: [], failures: [] })
    const loaded = await load(result.bundle, { keys: [keys.publicKey] })
    expect(loaded).toMatchObject({ revision: result.revision, verifiedBy: [keys.publicKey.kid], manifest: { sequence: 7 } })
  })

  it('takes keys as text too: a JWK, or PEM', async () => {
    const sources = [{ name: 'orders.iap', text: policy }]
    const [jwk, object] = [
      await compile({ sources, sign: [JSON.stringify(keys.privateKey)] }),
      await compile({ sources, sign: [keys.privateKey] }),
    ]
    expect(jwk).toEqual(object)
  })

  it('makes of files what `iap build` makes of them, to the byte', async () => {
    cpSync('examples/shop/policies', join(folder, 'policies'), { recursive: true })
    const key = join(folder, 'key.jwk')
    writeFileSync(key, JSON.stringify(keys.privateKey))
    const [root, output] = [folder, join(folder, 'shop.iapb')]
    const built = await inside(['build', 'policies', '-o', output, '--sign', key, '--sequence', '3'], { cwd: root })
    expect(built.code, built.stderr).toBe(0)
    const result = await compile({ files: ['policies'], root, sign: [keys.privateKey], sequence: 3 })
    if (!result.ok) throw new Error(JSON.stringify(result))
    expect(Buffer.from(result.bundle).equals(readFileSync(output))).toBe(true)
  })

  it('reads policies and documents that others name', async () => {
    const schema = JSON.stringify({ type: 'object', properties: { amount: { type: 'integer' } }, required: ['amount'] })
    const paying = `import { staff } from "./people.iap"
label money
service pay at "pay.example" {
  route pay POST "/pay" body schema "./payment.json" is money
}
permit pays on pay.pay to staff when body.amount < 10
`
    const people = { name: 'people.iap', text: 'identity staff via jwt { sub: string }\n' }
    const document = { name: 'payment.json', text: schema }
    const result = await compile({ sources: [{ name: 'pay.iap', text: paying }, people, document] })
    expect(result).toMatchObject({ ok: true, diagnostics: [] })
    const without = await compile({ sources: [{ name: 'pay.iap', text: paying }, people] })
    expect(without).toMatchObject({ ok: false, failures: [], diagnostics: [{ file: 'pay.iap', start: { line: 4, column: 37 } }] })
  })
})

describe('what is wrong with the policies is a value', () => {
  it('a mistake, with its place and what to do', async () => {
    expect(await of(policy.replace('to support', 'to suport'))).toEqual({
      ok: false,
      failures: [],
      diagnostics: [
        expect.objectContaining({
          code: expect.stringMatching(/^IAP\d{4}$/),
          severity: 'error',
          message: expect.stringContaining('`suport`'),
          help: expect.stringContaining('`support`'),
          file: 'orders.iap',
          start: { line: 7, column: 40, offset: policy.indexOf('to support') + 3 },
        }),
      ],
    })
  })

  it('warnings, which keep nothing from being built', async () => {
    const result = await of(policy.replace('role support', '@deprecated("use groups")\nrole support'))
    expect(result.ok).toBe(true)
    expect(result.diagnostics.map(({ severity, code }) => [severity, code])).toEqual([['warning', 'IAP5091']])
  })

  it('a test that does not hold: there is no bundle', async () => {
    const result = await of(
      `${policy}test "t" {\n  as anonymous\n  GET "https://orders.shop.example/orders/7"\n  expect permit\n}\n`,
    )
    expect(result).toMatchObject({ ok: false, diagnostics: [] })
    expect(failuresOf(result)).toMatchObject([
      { kind: 'test', name: 't', file: 'orders.iap', start: { line: 11 }, expected: 'permit', actual: 'unauthenticated' },
    ])
    expect('bundle' in result).toBe(false)
  })

  it('an invariant that a request breaks: there is no bundle, and the request is told as a test', async () => {
    const broken = await of(`${policy}invariant nobody\n  on *\n  denied when true\n`)
    expect(failuresOf(broken)).toMatchObject([
      { kind: 'invariant', name: 'nobody', start: { line: 8 }, witness: expect.stringContaining('orders.shop.example') },
    ])
  })

  it('an invariant that nobody can prove, with what it would take to know', async () => {
    const unknown = `${policy}invariant short\n  on *\n  permitted only when request.path.size() < 10000\n`
    expect(failuresOf(await of(unknown))).toMatchObject([
      { kind: 'invariant', name: 'short', start: { line: 8 }, witness: null, unknown: ['request.path.size()'] },
    ])
    expect(await of(`${unknown}  allow unknown\n`)).toMatchObject({ ok: true })
  })
})

describe('an end', () => {
  const sources = [{ name: 'orders.iap', text: policy }]
  it('is in the bundle, in whole seconds', async () => {
    const result = await compile({ sources, expires: new Date('9027-01-31T00:00:00.999Z') })
    if (!result.ok) throw new Error('it was not built')
    const loaded = await load(result.bundle, { keys: 'insecure-unverified', carries: ['expiry'] })
    expect(loaded.manifest.expires).toBe('9027-01-31T00:00:00Z')
  })

  it.each([Number.NaN, 8.64e15])('that is no time that a bundle can say is thrown (%d)', async (ms) => {
    await expect(compile({ sources, expires: new Date(ms) })).rejects.toThrow(RangeError)
  })
})

describe('what cannot be asked is thrown', () => {
  const sources = [{ name: 'orders.iap', text: policy }]
  it.each([
    ['a file that is not there', 'files', { files: ['nowhere.iap'] }],
    ['a public key', 'key', { sources, sign: [keys.publicKey] }],
    ['a key that is none', 'key', { sources, sign: ['hello'] }],
    ['two sources of one name', 'source-name', { sources: [...sources, ...sources] }],
    ['no policy', 'source-name', { sources: [{ name: 'a.json', text: '{}' }] }],
    ['a name that no bundle can hold', 'source-name', { sources: [{ name: '../orders.iap', text: policy }] }],
  ] as const)('%s', async (_, code, options) => {
    const error = await compile(options).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(CompileError)
    expect(error).toMatchObject({ name: 'CompileError', code })
  })

  it('a policy whose bundle would be larger than proxies accept', async () => {
    const long = { name: 'long.iap', text: `${policy}// ${'x'.repeat(64 << 20)}\n` }
    await expect(compile({ sources: [long] })).rejects.toMatchObject({
      code: 'too-large',
      message: expect.stringMatching(/^the policy is too large: .*67108864.*: reduce its routes and rules/),
    })
  })

  it('a sequence that is none', async () => {
    await expect(compile({ sources, sequence: -1 })).rejects.toThrow(RangeError)
  })
})
