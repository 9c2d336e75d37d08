/** The shipped program: it ends, whatever servers do, and leaves nothing behind. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from '@redis/client'
import { expect, onTestFinished, test } from 'vitest'
import { iap } from '../cli/iap.ts'
import { inside } from '../cli/inside.ts'
import { hasRedis, startRedis } from '../support/redis.ts'
import { TEST_AUDIENCE } from '../support/test-issuer.ts'
import { anIssuer, serve, setUp } from './set-up.ts'

test('iap doctor and iap whoami end while no server answers', async () => {
  const silent = `http://127.0.0.1:${await serve(() => {})}`
  const issuer = await anIssuer()
  const { folder } = await setUp(issuer, {
    identities: `user: { issuer: "${silent}", audience: "${TEST_AUDIENCE}", algorithms: [ES256] }`,
    source: `source: "${silent}/policy.iapb"`,
  })
  const doctor = await iap(['doctor', '--timeout', '200ms'], { cwd: folder })
  expect([doctor.code, doctor.stdout]).toEqual([1, expect.stringMatching(/did not (?:answer in time|finish)/)])
  const token = issuer.mint({ iss: silent })
  const whoami = await iap(['whoami', '--timeout', '200ms'], { cwd: folder, stdin: token })
  expect([whoami.code, whoami.stdout]).toEqual([1, expect.stringMatching(/\((?:identity-provider-unavailable|not-checked)\)/)])
  expect(whoami.stdout + whoami.stderr).not.toContain(token.split('.')[2])
})

test('iap doctor and iap whoami end and refuse pipes, into which nobody writes', async () => {
  const identities = 'user: { plugin: ./pipe, headers: [x-user] }'
  const { folder } = await setUp(await anIssuer(), { identities, source: 'source: ./pipe' })
  execFileSync('mkfifo', [join(folder, 'pipe')])
  const doctor = await iap(['doctor'], { cwd: folder })
  expect([doctor.code, doctor.stdout]).toEqual([1, expect.stringMatching(/pipe` cannot be read: expected a regular file/)])
  expect(doctor.stdout).toMatch(/the plug-in .*expected a regular file/)
  const whoami = await iap(['whoami', '--offline'], { cwd: folder, stdin: 'x-user: ann' })
  expect([whoami.code, whoami.stdout]).toEqual([1, expect.stringMatching(/the plug-in .*expected a regular file/)])
  for (const words of [
    ['doctor', '--config', 'pipe'],
    ['whoami', '--jwks', 'pipe'],
    ['run', '--check', '--config', 'pipe'],
  ]) {
    const { code, stderr } = await iap(words, { cwd: folder, stdin: 'token' })
    expect([code, stderr]).toEqual([2, expect.stringContaining('`pipe` is a pipe or a device')])
  }
})

test.skipIf(!hasRedis())('iap doctor leaves neither files nor keys behind', async () => {
  const redis = await startRedis()
  onTestFinished(() => redis.close())
  const more = `sessions: { store: "${redis.url}", keys: [{ file: ./key }] }\nlimits: { store: "${redis.url}", prefix: "shop:" }`
  const files = { key: 'a key of the tests, of more than 32 characters' }
  const { folder } = await setUp(await anIssuer(), { more, files })
  mkdirSync(join(folder, 'state'), { mode: 0o700 })
  const before = readdirSync(folder, { recursive: true }).sort()
  const { code, stdout } = await iap(['doctor', '--timeout', '2m'], { cwd: folder })
  expect([code, stdout.match(/^[✗!].*/gm)]).toEqual([0, null])
  expect(stdout).toContain('`shop:` can be written')
  expect(readdirSync(folder, { recursive: true }).sort()).toEqual(before)
  const client = createClient({ url: redis.url })
  await client.connect()
  expect(await client.keys('*')).toEqual([])
  client.destroy()
})

test('a token as an operand is not quoted', async () => {
  const { folder } = await setUp(await anIssuer(), {})
  const { code, stdout, stderr } = await inside(['whoami', 'a-secret-token'], { cwd: folder })
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain('reads the token on standard input')
  expect(stderr).not.toContain('a-secret-token')
})
