/** `iap key`: keys that are made, told and revoked, and files that several write at once. */
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { readApiKeyFile, readKeyId } from '../../runtime/identity/index.ts'
import { TEST_HMAC_SECRET, testHmacKey } from '../support/api-keys.ts'
import { emptyFolder, iap } from './iap.ts'
import { inside } from './inside.ts'

let folder: string
beforeEach(() => {
  folder = emptyFolder()
  writeFileSync(join(folder, 'hmac.key'), `${TEST_HMAC_SECRET}\n`)
})

const run = (...words: readonly string[]) => inside(['key', ...words], { cwd: folder })
const FLAGS = ['--file', 'keys.json', '--hmac-key', 'hmac.key', '--identity', 'partner', '--subject', 'acme']
const create = (...more: readonly string[]) => run('create', ...FLAGS, ...more)
const text = () => readFileSync(join(folder, 'keys.json'), 'utf8')

function keys() {
  const read = readApiKeyFile(text())
  if (!read.ok) throw new Error(read.message)
  return read.file.keys
}

async function created(...more: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await create(...more)
  expect([code, stderr]).toEqual([0, expect.stringContaining('keys.json: the key')])
  return stdout.trim()
}

describe('iap key create', () => {
  test('answers with a key and nothing else, of which the file holds a MAC', async () => {
    const { code, stdout, stderr } = await create()
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^iapk_\S{66}\n$/)])
    const key = stdout.trim()
    const id = readKeyId(key) as string
    expect(stderr).toBe(`keys.json: the key ${id} was created; the key above is not shown again\n`)
    expect(keys()).toEqual([
      {
        id,
        identity: 'partner',
        subject: 'acme',
        claims: {},
        mac: testHmacKey.macOf(key).toString('base64url'),
        created: expect.stringMatching(/^\d{4}-/),
        expires: null,
        revoked: null,
      },
    ])
    expect(text()).not.toContain(key.slice(22))
    expect(statSync(join(folder, 'keys.json')).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder).sort()).toEqual(['hmac.key', 'keys.json'])
  })

  test('takes claims as texts and as JSON, and an end', async () => {
    await created(
      '--claim',
      'plan=gold',
      '--claim',
      'eq=a=b',
      '--claim',
      'none=',
      '--claims',
      '{"list":[1,{"a":null}],"n":2}',
      '--expires',
      '90d',
    )
    const [key] = keys()
    expect(key?.claims).toEqual({ list: [1, { a: null }], n: 2, plan: 'gold', eq: 'a=b', none: '' })
    expect(Date.parse(key?.expires ?? '') - Date.parse(key?.created ?? '')).toBe(90 * 86_400_000)
  })

  test('takes the secret from the environment', async () => {
    const { code, stdout } = await iap(
      ['key', 'create', '--file', 'k.json', '--hmac-key-env', 'SECRET', '--identity', 'a', '--subject', 's'],
      {
        cwd: folder,
        env: { SECRET: TEST_HMAC_SECRET },
      },
    )
    expect([code, readKeyId(stdout.trim())]).toEqual([0, expect.any(String)])
    const file = readFileSync(join(folder, 'k.json'), 'utf8')
    expect(file).toContain(testHmacKey.macOf(stdout.trim()).toString('base64url'))
  })

  test.each<readonly [string, readonly string[], string]>([
    ['without a file', ['--hmac-key', 'hmac.key', '--identity', 'a', '--subject', 's'], '`iap key create` needs `--file FILE`'],
    ['without an identity', ['--file', 'k', '--hmac-key', 'hmac.key', '--subject', 's'], 'needs `--identity NAME`'],
    ['without a subject', ['--file', 'k', '--hmac-key', 'hmac.key', '--identity', 'a'], 'needs `--subject S`'],
    [
      'without a secret',
      ['--file', 'k', '--identity', 'a', '--subject', 's'],
      'needs one of `--hmac-key-env NAME` and `--hmac-key FILE`',
    ],
    ['with two secrets', [...FLAGS, '--hmac-key-env', 'X'], 'needs one of'],
    [
      'with a secret that is not there',
      ['--file', 'k', '--hmac-key', 'none', '--identity', 'a', '--subject', 's'],
      'the file does not exist',
    ],
    [
      'with a secret that the environment lacks',
      ['--file', 'k', '--hmac-key-env', 'NONE', '--identity', 'a', '--subject', 's'],
      'the environment variable `NONE` is not set, or empty',
    ],
    [
      'with a name that no identity has',
      [...FLAGS.slice(0, 4), '--identity', 'a-b', '--subject', 's'],
      '`--identity` must be a name',
    ],
    ['with a claim that is none', [...FLAGS, '--claim', 'plan'], '`--claim` must be `K=V`'],
    ['with a claim without a name', [...FLAGS, '--claim', '=gold'], '`--claim` must be `K=V`'],
    ['with a claim twice', [...FLAGS, '--claim', 'a=1', '--claims', '{"a":1}'], 'the claim `a` is given twice'],
    ['with another subject', [...FLAGS, '--claim', 'sub=root'], 'the claim `sub` is set by `--subject`'],
    ['with claims that are no JSON', [...FLAGS, '--claims', '{a:1}'], '`--claims` is not valid JSON'],
    ['with claims that have a name twice', [...FLAGS, '--claims', '{"a":1,"a":2}'], '`--claims` is not valid JSON'],
    ['with claims that are a list', [...FLAGS, '--claims', '[]'], '`--claims` must be a JSON object'],
    ['with no time', [...FLAGS, '--expires', 'soon'], '`--expires` must be a time such as'],
    ['with no time at all', [...FLAGS, '--expires', '0d'], '`--expires` must be a time such as'],
    ['with a time that never comes', [...FLAGS, '--expires', '999999999d'], '`--expires` must be a time such as'],
    ['with an operand', [...FLAGS, 'more'], 'takes no further operand `more`'],
  ])('%s: nothing is made', async (_, words, message) => {
    const { code, stdout, stderr } = await run('create', ...words)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(message)
    expect(readdirSync(folder)).toEqual(['hmac.key'])
  })

  test('with a secret that is short: nothing is made, and it is not told', async () => {
    writeFileSync(join(folder, 'hmac.key'), 'only-thirty-one-characters-long')
    const { code, stderr } = await create()
    expect([code, stderr]).toEqual([2, expect.stringContaining('31 characters')])
    expect(stderr).not.toContain('only')
    expect(existsSync(join(folder, 'keys.json'))).toBe(false)
  })

  test('leaves alone what is no file of keys, and what is under another secret', async () => {
    writeFileSync(join(folder, 'keys.json'), '{"a":1}')
    expect(await create()).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('is not an object with') })
    expect(text()).toBe('{"a":1}')
    writeFileSync(join(folder, 'keys.json'), '')
    expect((await create()).code).toBe(2)
    execFileSync('rm', [join(folder, 'keys.json')])
    await created()
    const before = text()
    writeFileSync(join(folder, 'hmac.key'), `${TEST_HMAC_SECRET} too`)
    expect(await create()).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('created with another secret') })
    expect([text(), readdirSync(folder).sort()]).toEqual([before, ['hmac.key', 'keys.json']])
  })

  test('keeps the mode of the file, and follows links', async () => {
    await created()
    chmodSync(join(folder, 'keys.json'), 0o640)
    symlinkSync('keys.json', join(folder, 'link.json'))
    const { code } = await run('create', '--file', 'link.json', ...FLAGS.slice(2))
    expect([code, keys().length]).toEqual([0, 2])
    expect(statSync(join(folder, 'keys.json')).mode & 0o777).toBe(0o640)
    expect(readdirSync(folder).sort()).toEqual(['hmac.key', 'keys.json', 'link.json'])
  })

  test('six at once lose nothing, with revocations between', async () => {
    const first = await created()
    const id = readKeyId(first) as string
    const all = await Promise.all([
      ...Array.from({ length: 6 }, () => iap(['key', 'create', ...FLAGS], { cwd: folder })),
      iap(['key', 'revoke', '--file', 'keys.json', id], { cwd: folder }),
    ])
    expect(all.map(({ code, stderr }) => (code === 0 ? 0 : stderr))).toEqual(all.map(() => 0))
    const made = all.slice(0, 6).map(({ stdout }) => readKeyId(stdout.trim()))
    expect(new Set(keys().map((key) => key.id))).toEqual(new Set([id, ...made]))
    expect(
      keys()
        .filter(({ revoked }) => revoked !== null)
        .map((key) => key.id),
    ).toEqual([id])
    expect(readdirSync(folder).sort()).toEqual(['hmac.key', 'keys.json'])
  })

  test('a lock that nobody holds is told, and what to do', async () => {
    await created()
    writeFileSync(join(folder, 'keys.json.lock'), '')
    const { code, stdout, stderr } = await create()
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toBe(
      'error: `keys.json` cannot be written: another process is changing it\n  help: if no other `iap key` is running, remove the stale lock `keys.json.lock`\n',
    )
  })
})

describe('iap key list', () => {
  test('tells each key and its state, and no MAC', async () => {
    const [active, revoked] = [await created('--expires', '90d'), await created()].map((key) => readKeyId(key) as string)
    await run('revoke', '--file', 'keys.json', revoked as string)
    const old = keys().map((key) => (key.id === active ? { ...key, expires: '2020-01-01T00:00:00.000Z' } : key))
    const { code, stdout, stderr } = await run('list', '--file', 'keys.json')
    expect([code, stderr]).toEqual([0, '2 keys\n'])
    const rows = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(/ {2,}/))
    expect(rows[0]).toEqual(['id', 'state', 'identity', 'subject', 'created', 'expires'])
    expect(rows[1]?.slice(0, 4)).toEqual([active, 'active', 'partner', 'acme'])
    expect(rows[2]?.slice(0, 4)).toEqual([revoked, 'revoked', 'partner', 'acme'])
    expect(rows[2]?.[5]).toBe('never')
    writeFileSync(join(folder, 'keys.json'), text().replace(keys()[0]?.expires as string, old[0]?.expires as string))
    const json = await run('list', '--file', 'keys.json', '--format', 'json')
    const told = JSON.parse(json.stdout) as { keys: Record<string, unknown>[] }
    expect(told.keys.map(({ id, state }) => [id, state])).toEqual([
      [active, 'expired'],
      [revoked, 'revoked'],
    ])
    expect(Object.keys(told.keys[0] ?? {}).sort()).toEqual([
      'claims',
      'created',
      'expires',
      'id',
      'identity',
      'revoked',
      'state',
      'subject',
    ])
  })

  test('a subject does nothing to a terminal', async () => {
    await run('create', ...FLAGS.slice(0, 6), '--subject', 'a\u001b[31mb')
    expect((await run('list', '--file', 'keys.json')).stdout).toContain('a\\u001b[31mb')
  })

  test('of a file that is not there', async () => {
    const { code, stdout, stderr } = await run('list', '--file', 'none.json')
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toBe('error: `none.json` does not exist\n  help: `iap key create` creates it with the first key\n')
  })
})

describe('iap key revoke', () => {
  test('by id or by the key itself, all of them or none, and once', async () => {
    const [a = '', b = '', c = ''] = [await created(), await created(), await created()]
    const ids = [a, b, c].map((key) => readKeyId(key) as string)
    expect(await run('revoke', '--file', 'keys.json', ids[0] as string, b)).toMatchObject({
      code: 0,
      stdout: `${ids[0]} revoked\n${ids[1]} revoked\n`,
    })
    const before = keys()
    expect(before.map(({ revoked }) => revoked !== null)).toEqual([true, true, false])
    expect((await run('revoke', '--file', 'keys.json', ids[0] as string)).code).toBe(0)
    expect(keys()).toEqual(before)
    const unknown = await run('revoke', '--file', 'keys.json', ids[2] as string, '0123456789abcdef')
    expect([unknown.code, unknown.stdout]).toEqual([2, ''])
    expect(unknown.stderr).toContain('`keys.json` has no key `0123456789abcdef`')
    expect(keys()).toEqual(before)
  })

  test('what is neither is not repeated', async () => {
    const key = await created()
    const { code, stderr } = await run('revoke', '--file', 'keys.json', `${key}x`)
    expect([code, stderr]).toEqual([2, expect.stringContaining('neither the id of a key')])
    expect(stderr).not.toContain(key.slice(22))
  })
})

describe('iap key', () => {
  test('alone is a complaint, and with --help an answer', async () => {
    const alone = await run()
    expect([alone.code, alone.stdout]).toEqual([2, ''])
    const help = await run('--help')
    expect([help.code, help.stdout, help.stderr]).toEqual([0, alone.stderr, ''])
    expect((await inside(['help', 'key'])).stdout).toBe(help.stdout)
    for (const word of ['create', 'list', 'revoke']) {
      expect(help.stdout).toMatch(new RegExp(`^ {2}key ${word} +\\S`, 'm'))
      const one = await run(word, '--help')
      expect([one.code, one.stdout]).toEqual([0, expect.stringContaining(`usage: iap key ${word}`)])
      expect((await inside(['help', 'key', word])).stdout).toBe(one.stdout)
    }
  })

  test.each([
    [['creat'], 'unknown command `key creat`', 'did you mean `iap key create`?'],
    [['create', '--fil', 'x'], '`iap key create` has no flag `--fil`', 'did you mean `--file`?'],
  ])('%j', async (words, message, help) => {
    expect(await run(...words)).toEqual({ code: 2, stdout: '', stderr: `error: ${message}\n  help: ${help}\n` })
  })
})
