/**
 * What a version wrote, the versions after it load: a bundle, a configuration, and audit records, for as long as `docs/guides/deploy/releases.md` promises.
 * `IAP_WRITE_FIXTURE=1` writes the fixture of this version, once, before its release.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../runtime/server/config/index.ts'
import { inside } from '../cli/inside.ts'
import { FIXTURES, sendRequests, startWith, writeFixture } from './fixture.ts'

interface Decision {
  readonly kind?: string
  readonly effect: string
  readonly status: number
  readonly code: string | null
  readonly route: string | null
  readonly rules: readonly string[]
  readonly revision: string | null
}

if (process.env.IAP_WRITE_FIXTURE === '1') {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  await writeFixture(version)
}

const versions = readdirSync(FIXTURES)

test('there is a fixture', () => expect(versions).toContain('0.1.0'))

describe.each(versions)('what version %s wrote', (version) => {
  const file = (name: string) => join(FIXTURES, version, name)

  test('its configuration has no mistake', () => {
    const loaded = loadConfig(readFileSync(file('iap.yaml'), 'utf8'), 'iap.yaml')
    expect(loaded.ok ? [] : loaded.errors.map(({ message }) => message)).toEqual([])
  })

  test('its bundle is signed, and its audit log is whole', async () => {
    expect(await inside(['verify', file('policy.iapb'), '--key', file('key.jwk.json')])).toMatchObject({ code: 0 })
    expect(await inside(['audit', 'verify', file('audit.jsonl')])).toMatchObject({ code: 0 })
  })

  test('its records are decided by its bundle as they were', async () => {
    const words = ['replay', file('audit.jsonl'), '--against', file('policy.iapb'), '--key', file('key.jwk.json')]
    const { code, stdout } = await inside([...words, '--format', 'json'])
    const { decisions, same, unreadable } = JSON.parse(stdout) as Readonly<Record<string, number>>
    expect({ code, decisions, same, unreadable }).toEqual({ code: 0, decisions: 6, same: 6, unreadable: 0 })
  })

  test('a proxy starts with all of it, decides the same, and goes on with its log', async () => {
    const before = decisionsIn(file('audit.jsonl'))
    const { proxy, folder, remove } = await startWith(version)
    try {
      const [port = 0] = await proxy.ready()
      await sendRequests(port)
      proxy.child.kill('SIGTERM')
      expect(await proxy.ended, proxy.said()).toBe(0)
      const log = join(folder, 'audit.jsonl')
      const all = decisionsIn(log)
      expect(before.length).toBeGreaterThan(4)
      expect(all.slice(before.length)).toEqual(before)
      expect(await inside(['audit', 'verify', log])).toMatchObject({ code: 0 })
    } finally {
      remove()
    }
  })
})

/** Returns of each decision in a log what must not depend on time, address or version. */
function decisionsIn(log: string): readonly Decision[] {
  const records = readFileSync(log, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Decision)
  return records
    .filter(({ kind }) => kind === undefined)
    .map(({ effect, status, code, route, rules, revision }) => ({ effect, status, code, route, rules, revision }))
}
