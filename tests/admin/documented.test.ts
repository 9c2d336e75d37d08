/** The page on revocation says what is so: its configuration, its commands. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStage, type Stage } from '../life/proxy-process.ts'
import { ADMIN_TOKEN, misfit } from '../support/admin.ts'
import { RawClient } from '../support/raw-client.ts'
import { startUpstream, type TestUpstream } from '../support/start-test-proxy.ts'
import { testAuthority } from '../support/test-authority.ts'
import { startTestIssuer, type TestIssuer } from '../support/test-issuer.ts'
import { eventually } from '../support/until.ts'
import { shakeHands } from '../tls/tls-client.ts'

const page = readFileSync(new URL('../../docs/guides/operations/revocation.md', import.meta.url), 'utf8')
const block = (pattern: RegExp) => pattern.exec(page)?.[1] ?? ''
const YAML = block(/^```yaml iap\.yaml\n([\s\S]*?)^```/m)
const [CURL = '', DIGEST = ''] = [...page.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, text = '']) => text)

const POLICY = `
identity staff via jwt { sub: string }
service orders at "orders.shop.example" { route all ANY "/{rest...}" }
permit staff_in on orders.all to staff
`

let upstream: TestUpstream
let issuer: TestIssuer
let stage: Stage & { remove(): void }
beforeAll(async () => {
  issuer = await startTestIssuer()
  upstream = await startUpstream((_, response) => response.end('fine'))
  stage = await openStage(POLICY)
})
afterAll(async () => {
  await upstream?.close()
  await issuer?.close()
  stage?.remove()
})

test('Ann has left', async () => {
  const at = (name: string) => join(stage.folder, name)
  const { cert, key } = testAuthority().server(['orders.shop.example'])
  for (const [name, text] of Object.entries({ 'cert.pem': cert, 'key.pem': key, token: ADMIN_TOKEN }))
    writeFileSync(at(name), text, { mode: 0o600 })
  // This machine in place of the deployment.
  const text = YAML.replace('0.0.0.0:8443', '127.0.0.1:0')
    .replaceAll('./tls/', './')
    .replace('./shop.iapb', './policy.iapb')
    .replace('./release.public.jwk.json', './key.jwk.json')
    .replace('https://id.shop.example', issuer.issuer)
    .replace('http://10.0.0.1:8080', upstream.origin)
    .replace('127.0.0.1:9901', '127.0.0.1:0')
    .replace('/run/secrets/iap-admin-token', './token')
  writeFileSync(at('iap.yaml'), `${text}workers: 2\naudit: [{ file: ./audit.jsonl }]\n`)
  const proxy = stage.start()
  const [port = 0] = await proxy.ready()
  const [, admin = ''] = await proxy.line(/health and metrics on (http\S+?)(?:"|$|\s)/m)
  const token = issuer.mint({ aud: 'https://shop.example' })
  const status = async (): Promise<number> => {
    const client = new RawClient((await shakeHands(port, { servername: 'orders.shop.example' })).socket)
    client.send(`GET /x HTTP/1.1\nHost: orders.shop.example\nAuthorization: Bearer ${token}\n\n`)
    const answer = await client.response()
    client.close()
    return answer.status
  }
  expect(await status()).toBe(200)
  const credential = execFileSync('bash', ['-c', DIGEST], { env: { ...process.env, TOKEN: token }, encoding: 'utf8' }).trim()
  const { caller } = await eventually(() => stage.audit().find((record) => record.caller?.subject === 'ann'))
  expect(caller?.credential).toBe(credential)

  const command = CURL.replace('http://127.0.0.1:9901', admin).replace('/run/secrets/iap-admin-token', at('token'))
  const told = JSON.parse(execFileSync('bash', ['-c', command], { encoding: 'utf8' }))
  const shown = JSON.parse(block(/^```json\n([\s\S]*?)^```/m))
  expect(Object.keys(told)).toEqual(Object.keys(shown))
  for (const body of [told, shown]) {
    expect(body).toMatchObject({ subject: { identity: 'staff', sub: 'ann' }, reason: 'left the company', by: 'token 1' })
    const headers = new Headers({ 'content-type': 'application/json' })
    expect(misfit('POST', '/v1/revocations', { status: 201, headers, body })).toBeNull()
  }
  for (let i = 0; i < 4; i++) expect(await status()).toBe(401)
})
