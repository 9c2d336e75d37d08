// test, build, verify, inspect, eval and keygen, as one goes from a policy to decisions of a signed bundle.

import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { emptyFolder, iap as iapProcess, project, template } from './iap.ts'
import { inside as iap } from './inside.ts'

const keys = (folder: string) =>
  iap(['keygen', '-o', 'release.private.jwk.json', '--public', 'release.public.jwk.json'], { cwd: folder })

/** Made once, by the shipped program, and copied for each test. */
let original: string
beforeAll(async () => {
  original = mkdtempSync(join(tmpdir(), 'iap-signed-'))
  cpSync(template, original, { recursive: true })
  await iapProcess(['keygen', '-o', 'release.private.jwk.json', '--public', 'release.public.jwk.json'], { cwd: original })
  const words = ['build', 'policies', '-o', 'p.iapb', '--sign', 'release.private.jwk.json', '--sequence', '7']
  const built = await iapProcess(words, { cwd: original })
  expect(built).toMatchObject({ code: 0, stdout: expect.stringMatching(/^p\.iapb sha256:[0-9a-f]{64} sequence 7\n$/) })
})
afterAll(() => rmSync(original, { recursive: true, force: true }))

function signed(): string {
  const folder = emptyFolder()
  cpSync(original, folder, { recursive: true })
  return folder
}

describe('keygen', () => {
  test('makes a pair that only its owner reads, and never overwrites one', async () => {
    const folder = emptyFolder()
    expect((await keys(folder)).code).toBe(0)
    const secret = join(folder, 'release.private.jwk.json')
    expect(statSync(secret).mode & 0o777).toBe(0o600)
    const before = readFileSync(secret, 'utf8')
    expect(JSON.parse(before)).toMatchObject({ kty: 'OKP', crv: 'Ed25519', d: expect.any(String) })
    expect(readFileSync(join(folder, 'release.public.jwk.json'), 'utf8')).not.toContain('"d"')
    const again = await keys(folder)
    expect(again.code).toBe(2)
    expect(again.stderr).toContain('`release.private.jwk.json` already exists')
    expect(readFileSync(secret, 'utf8')).toBe(before)
  })

  test('reads PEM', async () => {
    const folder = emptyFolder()
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    writeFileSync(join(folder, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
    const { code, stdout } = await iap(['keygen', '--from', 'key.pem'], { cwd: folder })
    expect(code).toBe(0)
    expect((JSON.parse(stdout) as { x: string }).x).toBe(publicKey.export({ format: 'jwk' }).x)
  })

  test('gives the public half of a key and shows no secret', async () => {
    const folder = emptyFolder()
    await keys(folder)
    const asked = await iap(['keygen', '--from', 'release.private.jwk.json', '--public', 'again.jwk.json'], { cwd: folder })
    expect(asked).toMatchObject({ code: 0, stdout: '' })
    expect(readFileSync(join(folder, 'again.jwk.json'), 'utf8')).toBe(
      readFileSync(join(folder, 'release.public.jwk.json'), 'utf8'),
    )
  })

  test('says what is wrong with a key', async () => {
    const folder = emptyFolder()
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    writeFileSync(join(folder, 'ec.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
    expect(await iap(['keygen', '--from', 'ec.pem'], { cwd: folder })).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('Ed25519'),
    })
    expect(await iap(['keygen', '--from', 'no.pem'], { cwd: folder })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('`no.pem` does not exist'),
    })
  })
})

describe('test', () => {
  test('the template’s tests pass', async () => {
    expect(await iap(['test', 'policies'], { cwd: project() })).toMatchObject({
      code: 0,
      stdout: '✓ 19 tests passed\n',
      stderr: '',
    })
  })

  test('a failing one is told with what it expects and what it got', async () => {
    const folder = project()
    const file = join(folder, 'policies/hello.test.iap')
    writeFileSync(file, readFileSync(file, 'utf8').replace('expect unauthenticated', 'expect permit by home_is_open'))
    const human = await iap(['test', 'policies'], { cwd: folder })
    expect(human.code).toBe(1)
    expect(human.stdout).toMatch(
      /failed {2}a stranger is asked who they are {2}policies\/hello\.test\.iap:\d+:\d+\n +expected {2}permit by home_is_open\n +but was {3}unauthenticated/,
    )
    expect(human.stdout.trimEnd().split('\n').at(-1)).toBe('✗ 1 test failed, 18 passed')
    const json = JSON.parse((await iap(['test', 'policies', '--format', 'json'], { cwd: folder })).stdout) as { tests: object[] }
    expect(json).toMatchObject({ passed: 18, failed: 1, diagnostics: [] })
    expect(json.tests).toContainEqual(
      expect.objectContaining({
        name: 'a stranger is asked who they are',
        passed: false,
        actual: 'unauthenticated',
        file: 'policies/hello.test.iap',
      }),
    )
  })

  test('a failing one elsewhere is named as seen from here', async () => {
    const folder = project()
    const file = join(folder, 'policies/hello.test.iap')
    writeFileSync(file, readFileSync(file, 'utf8').replace('expect unauthenticated', 'expect permit'))
    const { stdout } = await iap(['test', '../policies'], { cwd: join(folder, 'ci') })
    expect(stdout).toContain('../policies/hello.test.iap:')
  })

  test('with a mistake in the policy none runs', async () => {
    const folder = project()
    writeFileSync(join(folder, 'policies/more.iap'), 'label public\n')
    const { code, stdout } = await iap(['test', 'policies'], { cwd: folder })
    expect(code).toBe(1)
    expect(stdout).toContain('policies/more.iap:1:')
    expect(stdout).toContain('✗ no test ran: 1 error in 4 files')
  })
})

describe('build', () => {
  test('a file whose name cannot stand in a bundle is told', async () => {
    const folder = project()
    writeFileSync(join(folder, 'policies/a\\b.iap'), '')
    const { code, stderr } = await iap(['build', 'policies', '-o', 'p.iapb'], { cwd: folder })
    expect(code).toBe(2)
    expect(stderr).toMatch(
      /^error: .*cannot be the name of a file in a bundle: it must be short, relative and printable\n {2}help: rename the file\n/,
    )
  })

  test('gives the same bytes twice, which tar lists', async () => {
    const folder = signed()
    const first = readFileSync(join(folder, 'p.iapb'))
    await iap(['build', 'policies', '-o', 'q.iapb', '--sign', 'release.private.jwk.json', '--sequence', '7'], { cwd: folder })
    expect(readFileSync(join(folder, 'q.iapb')).equals(first)).toBe(true)
    const listed = execFileSync('tar', ['-tzf', 'p.iapb'], { cwd: folder, encoding: 'utf8' }).trim().split('\n')
    expect(listed).toEqual(
      expect.arrayContaining([
        'manifest.json',
        'policy.js',
        'validators.js',
        'sources/policies/hello.iap',
        expect.stringMatching(/^signatures\/.+\.jws$/),
      ]),
    )
  })

  test('a failing test stops it', async () => {
    const folder = project()
    const file = join(folder, 'policies/hello.test.iap')
    writeFileSync(file, readFileSync(file, 'utf8').replace('expect unauthenticated', 'expect permit'))
    const { code, stdout, stderr } = await iap(['build', 'policies', '-o', 'p.iapb'], { cwd: folder })
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain('✗ nothing was built: 1 test failed, 18 passed')
    expect(statSync(join(folder, 'p.iapb'), { throwIfNoEntry: false })).toBeUndefined()
  })

  test('a broken invariant stops it, and is shown by a request as a test that passes', async () => {
    const folder = project()
    const file = join(folder, 'policies/hello.iap')
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, `${text}\ninvariant nobody_publishes\n  on hello.publish\n  denied when caller is staff\n`)
    const { code, stdout, stderr } = await iap(['build', 'policies', '-o', 'p.iapb'], { cwd: folder })
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^broken {2}nobody_publishes {2}policies\/hello\.iap:\d+:11$/m)
    expect(stderr).toContain('✗ nothing was built: 1 invariant broken')
    const witness =
      /^\/\/ this is permitted, against the invariant nobody_publishes: its condition is true\n(test [\s\S]*?\n\}\n)/m.exec(
        stderr,
      )?.[1]
    writeFileSync(join(folder, 'policies/hello.test.iap'), `import { staff } from "./people.iap"\n${witness}`)
    expect(await iap(['test', 'policies'], { cwd: folder })).toMatchObject({ code: 0, stdout: '✓ 1 test passed\n' })
  })

  test('unsigned ones are made, and said to be so', async () => {
    const folder = project()
    const { code, stderr } = await iap(['build', 'policies', '-o', 'p.iapb'], { cwd: folder })
    expect(code).toBe(0)
    expect(stderr).toContain('the bundle is not signed')
  })

  test.each([
    [['build', 'policies'], '`iap build` needs `--output FILE`'],
    [['build', 'policies', '-o', 'p.iapb', '--sign', 'gone.jwk'], 'the key `gone.jwk` does not exist'],
    [['build', 'policies', '-o', 'p.iapb', '--sign', 'release.public.jwk.json'], '`release.public.jwk.json` cannot sign'],
    [['build', 'policies', '-o', 'p.iapb', '--sequence', '-1'], '`--sequence` must be a whole number from 0, got `-1`'],
    [['build', 'policies', '-o', 'p.iapb', '--sequence', '1.5'], '`--sequence` must be a whole number from 0, got `1.5`'],
    [['build', 'policies', '-o', 'iap.yaml/p.iapb'], '`iap.yaml/p.iapb` cannot be written: '],
  ])('%j cannot be carried out', async (words, message) => {
    const folder = signed()
    const { code, stdout, stderr } = await iap(words, { cwd: folder })
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(`error: ${message}`)
  })
})

describe('verify and inspect', () => {
  test('a signed bundle', async () => {
    const folder = signed()
    const verified = await iap(['verify', 'p.iapb', '--key', 'release.public.jwk.json'], { cwd: folder })
    expect(verified).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^✓ p\.iapb: sha256:\S+ sequence 7, signed by \S+, with 19 tests for proxies to run\n$/),
    })
    const json = JSON.parse((await iap(['inspect', 'p.iapb', '--format', 'json'], { cwd: folder })).stdout)
    expect(json).toMatchObject({ ok: true, verified: false, signers: [expect.any(String)] })
    expect(json.manifest).toMatchObject({
      sequence: 7,
      needs: ['body', 'header', 'identity:jwt', 'query', 'requirement', 'shadow'],
      bodies: ['hello.publish'],
      invariants: [{ name: 'signed_in', verdict: 'holds', requests: 0 }],
      check: { warnings: 0 },
      tests: { passed: 19, failed: 0 },
    })
    const body = 'the decision may depend on the body'
    expect(json.checks).toEqual([
      expect.objectContaining({ listener: 'ext-authz', routes: ['hello.publish'], when: 'condition' }),
      expect.objectContaining({ listener: 'forward-auth by x-forwarded', when: 'condition' }),
      {
        listener: 'forward-auth by x-original',
        routes: ['hello.publish'],
        when: 'never',
        reason: `${body}, which nginx does not send with a check`,
      },
      expect.objectContaining({ listener: 'forward-auth by request-line', when: 'condition' }),
    ])
    const human = await iap(['inspect', 'p.iapb'], { cwd: folder })
    expect(human.stdout).toMatch(
      /^checks +forward-auth by x-original cannot serve hello\.publish: the decision may depend on the body/m,
    )
    expect(human.stdout).toMatch(/^signed by {2}\S+ \(not verified here\)$/m)
    expect(human.stdout).toMatch(/^invariants +signed_in holds$/m)
  })

  test('one that somebody else signed, that nobody signed, that was changed', async () => {
    const folder = signed()
    await iap(['keygen', '-o', 'other.private.jwk.json', '--public', 'other.public.jwk.json'], { cwd: folder })
    const ask = async (file: string, key: string) => {
      const ended = await iap(['verify', file, '--key', key, '--format', 'json'], { cwd: folder })
      expect(ended.code).toBe(1)
      return JSON.parse(ended.stdout) as object
    }
    expect(await ask('p.iapb', 'other.public.jwk.json')).toMatchObject({ ok: false, code: 'unknown-key' })
    await iap(['build', 'policies', '-o', 'unsigned.iapb'], { cwd: folder })
    expect(await ask('unsigned.iapb', 'release.public.jwk.json')).toMatchObject({ ok: false, code: 'unsigned' })
    expect((await iap(['inspect', 'unsigned.iapb'], { cwd: folder })).stdout).toMatch(/^signed by {2}nobody$/m)
    const bytes = readFileSync(join(folder, 'p.iapb'))
    writeFileSync(join(folder, 'short.iapb'), bytes.subarray(0, bytes.length / 2))
    expect(await ask('short.iapb', 'release.public.jwk.json')).toMatchObject({ ok: false })
    expect(await iap(['inspect', 'short.iapb'], { cwd: folder })).toMatchObject({ code: 1 })
  })

  test('what cannot be carried out', async () => {
    const folder = signed()
    expect(await iap(['verify', 'p.iapb'], { cwd: folder })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('needs `--key KEY`'),
    })
    expect(await iap(['verify', 'gone.iapb', '--key', 'release.public.jwk.json'], { cwd: folder })).toMatchObject({
      code: 2,
      stdout: '',
    })
    expect(await iap(['inspect', 'gone.iapb'], { cwd: folder })).toMatchObject({ code: 2, stdout: '' })
  })
})

describe('eval', () => {
  const ann = { identity: 'staff', claims: { sub: 'ann', email: 'a@b', groups: ['editors'] } }
  const ask = (path: string, rest: object = {}) => ({ method: 'GET', url: `http://hello.localhost${path}`, ...rest })
  const lines = (...requests: object[]) => requests.map((request) => JSON.stringify(request)).join('\n')
  const answers = (stdout: string) =>
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)

  test('a signed bundle and its sources give the same answers', async () => {
    const folder = signed()
    const stdin = lines(
      ask('/', { id: '1' }),
      ask('/hello/ann'),
      ask('/hello/ann', { caller: ann }),
      ask('/../x'),
      ask('/nothing', { caller: ann }),
    )
    const bundle = await iap(['eval', 'p.iapb', '--key', 'release.public.jwk.json'], { cwd: folder, stdin })
    expect(bundle).toMatchObject({ code: 0, stderr: '' })
    expect(answers(bundle.stdout)).toMatchObject([
      { id: '1', effect: 'permit', route: 'hello.home', rules: ['home_is_open'] },
      { effect: 'unauthenticated', route: 'hello.greet' },
      { effect: 'permit', rules: ['staff_are_greeted'] },
      { effect: 'reject', status: 400, code: 'dot-segment' },
      { effect: 'deny', reason: 'no-route', route: null },
    ])
    const sources = await iap(['eval', 'policies'], { cwd: folder, stdin })
    expect(sources.stdout).toBe(bundle.stdout)
    const unverified = await iap(['eval', 'p.iapb'], { cwd: folder, stdin })
    expect(unverified.stderr).toContain('was not verified')
    expect(unverified.stdout).toBe(bundle.stdout)
  })

  test('a bundle of another signer decides nothing', async () => {
    const folder = signed()
    await iap(['keygen', '-o', 'other.private.jwk.json', '--public', 'other.public.jwk.json'], { cwd: folder })
    const { code, stdout, stderr } = await iap(['eval', 'p.iapb', '--key', 'other.public.jwk.json'], {
      cwd: folder,
      stdin: lines(ask('/')),
    })
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('unknown-key')
  })

  test('--exit-code is 1 where a request is not permitted', async () => {
    const folder = project()
    const run = (stdin: string) => iap(['eval', 'policies', '--exit-code'], { cwd: folder, stdin })
    expect((await run(lines(ask('/')))).code).toBe(0)
    expect((await run(lines(ask('/'), ask('/hello/ann')))).code).toBe(1)
  })

  test('a bad line gets an answer with its number, and the others theirs', async () => {
    const folder = project()
    const stdin = `${lines(ask('/'))}\nnonsense\n${lines({ ...ask('/'), id: 'typo', calller: ann }, ask('/'))}\n`
    const { code, stdout } = await iap(['eval', 'policies'], { cwd: folder, stdin })
    expect(code).toBe(2)
    expect(answers(stdout)).toMatchObject([
      { effect: 'permit' },
      { error: { line: 2, message: expect.stringContaining('not JSON') } },
      { id: 'typo', error: { line: 3, message: expect.stringContaining('calller') } },
      { effect: 'permit' },
    ])
  })

  test('one object over several lines, from a file', async () => {
    const folder = project()
    writeFileSync(join(folder, 'request.json'), JSON.stringify(ask('/hello/ann', { caller: ann }), null, 2))
    const { code, stdout } = await iap(['eval', 'policies', '--request', 'request.json'], { cwd: folder })
    expect(code).toBe(0)
    expect(answers(stdout)).toMatchObject([{ effect: 'permit' }])
  })
})
