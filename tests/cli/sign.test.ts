/** Several signers: a bundle that one builds and signs, another looks at and signs, and a proxy takes when both have. */
import { createPrivateKey, type JsonWebKey } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readSigningKey } from '../../compiler/bundle/index.ts'
import { withFile } from '../bundles/craft-bundle.ts'
import { template } from './iap.ts'
import { inside } from './inside.ts'

const POLICY = 'service s at "s.test" { route one GET "/" }\npermit p on s.one to anyone\n'

let folder: string

const run = (words: readonly string[]) => inside(words, { cwd: folder })
const file = (name: string) => readFileSync(join(folder, name))

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'iap-sign-'))
  writeFileSync(join(folder, 'p.iap'), POLICY)
  for (const who of ['ci', 'ann', 'bob'])
    expect((await run(['keygen', '-o', `${who}.private`, '--public', `${who}.public`])).code).toBe(0)
  expect((await run(['build', 'p.iap', '-o', 'ci.iapb', '--sign', 'ci.private', '--sequence', '3'])).code).toBe(0)
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('iap sign', () => {
  test('adds a signature, and the result is that of signing at once', async () => {
    const { code, stdout } = await run(['sign', 'ci.iapb', '--sign', 'ann.private', '--key', 'ci.public', '-o', 'both.iapb'])
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^both\.iapb sha256:\S+ sequence 3, signed by \S+, \S+\n$/)])
    await run(['build', 'p.iap', '-o', 'once.iapb', '--sign', 'ann.private', '--sign', 'ci.private', '--sequence', '3'])
    expect(file('both.iapb').equals(file('once.iapb'))).toBe(true)
    expect(file('both.iapb').equals(file('ci.iapb'))).toBe(false)
    // Once more changes nothing; without a name for the result, the file itself is signed.
    await run(['sign', 'both.iapb', '--sign', 'ann.private'])
    expect(file('both.iapb').equals(file('once.iapb'))).toBe(true)
  })

  test('signs nothing that was not signed by whom it is told', async () => {
    const { code, stdout, stderr } = await run([
      'sign',
      'ci.iapb',
      '--sign',
      'ann.private',
      '--key',
      'bob.public',
      '-o',
      'no.iapb',
    ])
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain('(unknown-key)')
    expect(() => file('no.iapb')).toThrow('ENOENT')
  })

  test('signs nothing that no proxy would load', async () => {
    const read = readSigningKey(file('ci.private').toString())
    if (!read.ok) throw new Error(read.code)
    writeFileSync(
      join(folder, 'foreign.iapb'),
      await withFile(file('ci.iapb'), read.key, 'policy.js', Buffer.from('process.exit()')),
    )
    const foreign = await run(['sign', 'foreign.iapb', '--sign', 'ann.private', '--key', 'ci.public'])
    expect([foreign.code, foreign.stderr]).toEqual([1, expect.stringContaining('(module-whitelist)')])
    writeFileSync(join(folder, 'cut.iapb'), file('ci.iapb').subarray(0, -20))
    expect(await run(['sign', 'cut.iapb', '--sign', 'ann.private'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('(truncated)'),
    })
  })

  test.each([
    [['sign', 'ci.iapb'], '`iap sign` needs `--sign KEY`'],
    [['sign', 'ci.iapb', '--sign', 'ci.public'], '`ci.public` cannot sign'],
    [['sign', 'gone.iapb', '--sign', 'ci.private'], '`gone.iapb` does not exist'],
  ])('%j cannot be carried out', async (words, message) => {
    expect(await run(words)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) })
  })
})

describe('a key that is not in a file', () => {
  const key = () => file('ann.private').toString()
  const pem = () => {
    const read = JSON.parse(key()) as JsonWebKey
    return createPrivateKey({ key: read, format: 'jwk' }).export({ type: 'pkcs8', format: 'pem' }).toString()
  }

  test('signs as the file does: from standard input, and from an environment variable', async () => {
    await run(['sign', 'ci.iapb', '--sign', 'ann.private', '-o', 'by-file.iapb'])
    const piped = ['sign', 'ci.iapb', '--sign', '-', '-o', 'piped.iapb']
    expect((await inside(piped, { cwd: folder, stdin: key() })).code).toBe(0)
    const named = ['sign', 'ci.iapb', '--sign-env', 'SIGNING_KEY', '-o', 'named.iapb']
    expect((await inside(named, { cwd: folder, env: { SIGNING_KEY: pem() } })).code).toBe(0)
    expect([file('piped.iapb'), file('named.iapb')]).toEqual([file('by-file.iapb'), file('by-file.iapb')])
  })

  test('builds, also beside keys in files', async () => {
    const words = ['build', 'p.iap', '-o', 'env.iapb', '--sequence', '3', '--sign', 'ci.private', '--sign-env', 'SIGNING_KEY']
    expect((await inside(words, { cwd: folder, env: { SIGNING_KEY: key() } })).code).toBe(0)
    expect((await run(['verify', 'env.iapb', '--key', 'ci.public', '--key', 'ann.public', '--signatures', '2'])).code).toBe(0)
  })

  test.each([
    [['--sign-env', 'NOT_SET'], 'the environment variable `NOT_SET` is not set, or empty'],
    [['--sign-env', 'EMPTY'], 'the environment variable `EMPTY` is not set, or empty'],
    [['--sign-env', 'PUBLIC'], 'the key in the environment variable `PUBLIC` cannot sign'],
    [['--sign', '-'], 'standard input cannot sign'],
    [['--sign', '-', '--sign', '-'], '`--sign -` is given twice'],
    [['--sign-env', 'constructor'], 'the environment variable `constructor` is not set, or empty'],
    [['--sign-env', '__proto__'], 'the environment variable `__proto__` is not set, or empty'],
    [['--sign', 'keys/gone.jwk.json'], 'the key `keys/gone.jwk.json` does not exist'],
    [['--sign-env', '$SIGNING_KEY'], '`--sign-env` takes the name of an environment variable'],
  ])('%j cannot be carried out', async (words, message) => {
    const env = { EMPTY: '', PUBLIC: file('ann.public').toString() }
    expect(await inside(['sign', 'ci.iapb', ...words], { cwd: folder, env })).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(message),
    })
  })

  test('is never written, also if it is given in place of its name', async () => {
    for (const secret of [key(), pem(), ` ${key()}`])
      for (const flag of ['--sign', '--sign-env'])
        for (const command of [
          ['sign', 'ci.iapb'],
          ['build', 'p.iap', '-o', 'no.iapb'],
        ]) {
          const { code, stdout, stderr } = await run([...command, `${flag}=${secret}`])
          expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining('takes the name of')])
          for (const line of secret.split('\n')) if (line.length > 8) expect(stderr).not.toContain(line.trim())
        }
  })
})

describe('a part of a key in place of a file', () => {
  // Of RFC 8037, appendix A.
  const d = 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A'

  test.each([
    ['a list', `[{"kty":"OKP","d":"${d}"}]`],
    ['a member', `"d":"${d}"`],
    ['the private half', d],
    ['base64 of a JWK', Buffer.from(`{"kty":"OKP","d":"${d}"}`).toString('base64')],
    ['the body of a PEM', Buffer.alloc(48, 'aZ9/').toString('base64')],
    ['a long one', 'a'.repeat(5000)],
  ])('is not repeated: %s', async (_, value) => {
    for (const words of [
      ['sign', 'ci.iapb', '--sign', value],
      ['keygen', '--from', value],
    ]) {
      const { code, stdout, stderr } = await run(words)
      expect([code, stdout, stderr]).toEqual([
        2,
        '',
        expect.stringContaining(`the file that \`${words.at(-2)}\` names does not exist`),
      ])
      expect(stderr).not.toContain(value.slice(0, 20))
    }
  })
})

describe('how many must have signed', () => {
  const verify = (name: string, ...more: readonly string[]) =>
    run(['verify', name, ...['ci', 'ann', 'bob'].flatMap((who) => ['--key', `${who}.public`]), ...more])

  test('iap verify --signatures', async () => {
    expect((await verify('ci.iapb')).code).toBe(0)
    const one = await verify('ci.iapb', '--signatures', '2', '--format', 'json')
    expect([one.code, JSON.parse(one.stdout)]).toMatchObject([1, { ok: false, code: 'too-few-signatures' }])
    const two = await verify('once.iapb', '--signatures', '2', '--format', 'json')
    expect([two.code, JSON.parse(two.stdout)]).toMatchObject([
      0,
      { ok: true, verifiedBy: [expect.any(String), expect.any(String)] },
    ])
    expect((await verify('once.iapb', '--signatures', '3')).code).toBe(1)
    for (const wrong of ['0', '4', 'x']) expect((await verify('once.iapb', '--signatures', wrong)).code).toBe(2)
  })

  test('bundle.signatures of a proxy', async () => {
    const check = async (bundle: string, signatures: number | string) => {
      writeFileSync(
        join(folder, 'iap.yaml'),
        `listeners: [{ address: 127.0.0.1:0 }]
bundle: { source: ./${bundle}, keys: [./ci.public, ./ann.public, ./ann.public], signatures: ${signatures}, state: ./var }
services: { s: { upstreams: [http://127.0.0.1:1] } }
`,
      )
      const { code, stderr } = await run(['run', '--check', '--config', join(folder, 'iap.yaml')])
      return [code, stderr] as const
    }
    expect((await check('ci.iapb', 1))[0]).toBe(0)
    expect((await check('once.iapb', 2))[0]).toBe(0)
    expect(await check('ci.iapb', 2)).toEqual([1, expect.stringContaining('(too-few-signatures)')])
    expect(await check('once.iapb', 3)).toEqual([
      1,
      expect.stringContaining('`bundle.signatures` is 3, but `bundle.keys` has only 2'),
    ])
    expect(await check('once.iapb', 0)).toEqual([1, expect.stringContaining('a number of keys from 1 to 100')])
    expect(await check('once.iapb', '1.5')).toEqual([1, expect.stringContaining('`bundle.signatures`')])
  })
})

test('the commands of the page go one after the other', async () => {
  const page = readFileSync(new URL('../../docs/reference/running.md', import.meta.url), 'utf8')
  const block = /\*\*Two signatures\.\*\*[\s\S]*?```\w*\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
  const lines = block.trim().split('\n')
  expect(lines).toHaveLength(5)
  cpSync(join(template, 'policies'), join(folder, 'policies'), { recursive: true })
  for (const who of ['ci', 'ann']) {
    cpSync(join(folder, `${who}.private`), join(folder, `${who}.private.jwk.json`))
    cpSync(join(folder, `${who}.public`), join(folder, `${who}.public.jwk.json`))
  }
  for (const line of lines) {
    const [program, ...words] = line.replace(/#.*/, '').trim().split(/\s+/)
    expect(program).toBe('iap')
    expect(await run(words), line).toMatchObject({ code: 0 })
  }
})
