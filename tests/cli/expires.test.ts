/** Bundles with an end, and the tests that they carry: `iap build --expires`, and what the other commands tell of both. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readBundle } from '../../runtime/policy/index.ts'
import { inside } from './inside.ts'

const POLICY = `service s at "s.test" { route one GET "/" }
permit p on s.one to anyone
test "one" {
  GET "https://s.test/"
  expect permit by p
}
`
const NOW = Date.UTC(2026, 11, 1)
const DAY = 86_400_000

let folder: string
const run = (words: readonly string[], now = NOW) => inside(words, { cwd: folder, now })
const build = (...more: readonly string[]) => run(['build', 'p.iap', '-o', 'p.iapb', '--sign', 'k.private', ...more])
const verify = (now: number, ...more: readonly string[]) => run(['verify', 'p.iapb', '--key', 'k.public', ...more], now)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'iap-expires-'))
  writeFileSync(join(folder, 'p.iap'), POLICY)
  expect((await run(['keygen', '-o', 'k.private', '--public', 'k.public'])).code).toBe(0)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('iap build --expires', () => {
  test.each([
    ['60d', '2027-01-30T00:00:00Z'],
    ['90m', '2026-12-01T01:30:00Z'],
    ['2027-01-30T00:00:00Z', '2027-01-30T00:00:00Z'],
    ['2027-01-30T02:00:00.999+02:00', '2027-01-30T00:00:00Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59Z'],
  ])('%s', async (text, expires) => {
    const { code, stdout } = await build('--expires', text)
    expect([code, stdout]).toEqual([0, expect.stringMatching(new RegExp(`sequence 0, until ${expires}\\n$`))])
    const read = await readBundle(readFileSync(join(folder, 'p.iapb')), { keys: 'unverified' })
    expect(read.ok && [read.bundle.manifest.expires, read.bundle.manifest.needs]).toEqual([expires, ['expiry']])
  })

  test.each([
    ['tomorrow', '`--expires` must be a time such as'],
    ['90', '`--expires` must be a time such as'],
    ['-1d', '`--expires` must be a time such as'],
    ['', '`--expires` needs a value'],
    ['2027-01-30', '`--expires` must be a time such as'],
    ['999999999d', '`--expires` must be a time such as'],
    ['0s', '`--expires 0s` is in the past'],
    ['2026-12-01T00:00:00Z', '`--expires 2026-12-01T00:00:00Z` is in the past'],
  ])('%j is none', async (text, message) => {
    expect(await build(`--expires=${text}`)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) })
  })

  test('makes the same bytes for the same end, and `--rebuild` makes them again', async () => {
    await build('--expires', '60d')
    const first = readFileSync(join(folder, 'p.iapb'))
    await run(['build', 'p.iap', '-o', 'p.iapb', '--sign', 'k.private', '--expires', '2027-01-30T00:00:00Z'], NOW + DAY)
    expect(readFileSync(join(folder, 'p.iapb')).equals(first)).toBe(true)
    expect(await verify(NOW, '--rebuild')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /sequence 0, until 2027-01-30T00:00:00Z, signed by \S+, with 1 test for proxies to run, reproduced from its sources/,
      ),
    })
  })
})

describe('of one that has expired', () => {
  const later = NOW + 61 * DAY
  beforeAll(async () => void (await build('--expires', '60d')))

  test('iap verify says so, after all else', async () => {
    expect((await verify(NOW)).code).toBe(0)
    for (const more of [[], ['--rebuild']])
      expect(await verify(later, ...more)).toMatchObject({
        code: 1,
        stdout: expect.stringMatching(/: it is intact and signed, but expired at 2027-01-30T00:00:00Z \(expired\)\n$/),
      })
    expect(JSON.parse((await verify(later, '--format', 'json')).stdout)).toMatchObject({ ok: false, code: 'expired' })
    expect(JSON.parse((await verify(NOW, '--format', 'json')).stdout)).toMatchObject({
      ok: true,
      expires: '2027-01-30T00:00:00Z',
      tests: 1,
    })
  })

  test('iap inspect shows its end, and its tests', async () => {
    const { stdout } = await run(['inspect', 'p.iapb'], later)
    expect(stdout).toMatch(/^expires {4}2027-01-30T00:00:00Z$/m)
    expect(stdout).toMatch(/^tests {6}1 passed, 0 failed; 1 in the bundle, for proxies to run$/m)
    expect(JSON.parse((await run(['inspect', 'p.iapb', '--format', 'json'])).stdout)).toMatchObject({ tests: 1 })
  })

  test('iap sign signs nothing', async () => {
    const words = ['sign', 'p.iapb', '--sign', 'k.private', '-o', 'signed.iapb']
    expect(await run(words, later)).toMatchObject({ code: 1, stderr: expect.stringContaining('(expired)') })
    expect(await run(words)).toMatchObject({ code: 0, stdout: expect.stringContaining('until 2027-01-30T00:00:00Z, signed by') })
  })
})

test('a test that is too large for a bundle is told, and not carried', async () => {
  const large = `test "${'x'.repeat(300_000)}" {\n  GET "https://s.test/"\n  expect permit\n}\n`
  writeFileSync(join(folder, 'large.iap'), POLICY + large)
  const { code, stderr } = await run(['build', 'large.iap', '-o', 'large.iapb'])
  expect([code, stderr]).toEqual([0, expect.stringContaining('the bundle has no room for 1 test: proxies will not run it\n')])
  expect((await run(['inspect', 'large.iapb'])).stdout).toContain('2 passed, 0 failed; 1 in the bundle')
})
