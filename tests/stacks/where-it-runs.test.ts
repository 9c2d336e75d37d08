/** The same wherever emitted code runs: the proxy's log, `iap eval` and `iap test`, what other programs import. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { load } from '../../sdk/runtime/index.ts'
import { entriesOf, withFile } from '../bundles/craft-bundle.ts'
import { inside } from '../cli/inside.ts'
import { compilePolicy, testSigner } from '../support/compile-policy.ts'
import { startTestProxy, type TestProxy } from '../support/start-test-proxy.ts'

const POLICY = `identity user via jwt { sub: string }

service app at "app.test" { route open GET "/open" }

permit open_to_all on app.open to anyone

forbid robots on app.open
  when "x-agent" in request.headers
  when request.headers["x-agent"].lowerAscii() == "robot"
`

let folder: string
let good: Uint8Array
/** A helper that throws in the place of the one that is meant: on the whitelist, and no mistake of the compiler that we know. */
let broken: Uint8Array
let app: TestProxy

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'iap-stacks-'))
  good = await compilePolicy(POLICY, { signers: [testSigner] })
  const code = (await entriesOf(good)).find(({ name }) => name === 'policy.js')?.content.toString() ?? ''
  expect(code).toContain('abi.lowerAscii(')
  broken = await withFile(good, testSigner, 'policy.js', Buffer.from(code.replaceAll('abi.lowerAscii(', 'abi.absent(')))
  writeFileSync(join(folder, 'broken.iapb'), broken)
  app = await startTestProxy(['http://127.0.0.1:1'], { policy: POLICY })
})

afterAll(async () => {
  await app.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Rule, file, line and column of the clause, and nothing of `policy.js`. */
const PLACE = /\n {4}at .*decide\$app\$open.* \(policy\.iap:9:8\)/

test('the log of the proxy', async () => {
  expect(await app.proxy.reload(broken)).toMatchObject({ kind: 'activated' })
  const address = app.origin.replace('127.0.0.1', 'localhost')
  const { request } = await import('node:http')
  const status = await new Promise((resolve, reject) => {
    const headers = { host: 'app.test', 'x-agent': 'Robot' }
    request(`${address}/open`, { headers }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end()
  })
  expect(status).toBe(403)
  const line = app.log.find((each) => each.includes('a decision failed')) ?? ''
  expect(line).toContain('policy.iap:9:8')
  expect(line).not.toContain('policy.js')
})

test('iap eval', async () => {
  const stdin = JSON.stringify({ method: 'GET', url: 'https://app.test/open', headers: { 'x-agent': 'Robot' } })
  const ended = inside(['eval', 'broken.iapb'], { cwd: folder, stdin })
  await expect(ended).rejects.toThrow(expect.objectContaining({ stack: expect.stringMatching(PLACE) }))
})

test('decide and explain of iap-proxy/runtime', async () => {
  const policy = await load(broken, { keys: 'insecure-unverified' })
  const request = { method: 'GET', url: 'https://app.test/open', headers: { 'x-agent': 'Robot' } }
  for (const ask of [policy.decide, policy.explain])
    expect(() => ask(request, policy.anonymous)).toThrow(expect.objectContaining({ stack: expect.stringMatching(PLACE) }))
})

test('load, where a decision of any request throws', async () => {
  const code = (await entriesOf(good)).find(({ name }) => name === 'policy.js')?.content.toString() ?? ''
  // What is read once for several is read before the first rule that needs it, and is its.
  const always = code.replaceAll("request.headers.get('x-agent')", 'abi.absent()')
  expect(always).not.toBe(code)
  const bundle = await withFile(good, testSigner, 'policy.js', Buffer.from(always))
  const loaded = load(bundle, { keys: 'insecure-unverified' })
  await expect(loaded).rejects.toMatchObject({ code: 'warm', message: expect.stringContaining('(policy.iap:7:8)') })
  const error = await loaded.catch((thrown: unknown) => thrown)
  expect((error as Error & { cause: Error }).cause.stack).toMatch(/decide\$app\$open.* \(policy\.iap:7:8\)/)
})
