import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { publicJwk } from '../../compiler/bundle/index.ts'
import { compilePolicy, testSigner } from '../support/compile-policy.ts'
import { type ShownProxy, startShownProxy } from '../support/start-shown-proxy.ts'
import { startUpstream, type TestUpstream } from '../support/start-test-proxy.ts'
import { testAuthority } from '../support/test-authority.ts'
import { randomSerial } from '../support/x509.ts'
import { ask, open } from './tls-client.ts'

/** The example of `docs/reference/identities/mtls.md` is what the page says of it, with the files that it names. */
const page = readFileSync(new URL('../../docs/reference/identities/mtls.md', import.meta.url), 'utf8')
const shown = (language: string) => new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(page)?.[1] ?? ''
const servers = testAuthority('servers')
const prod = testAuthority('prod')
const devices = testAuthority('devices')
const serial = randomSerial()

let upstream: TestUpstream
let proxy: ShownProxy

beforeAll(async () => {
  upstream = await startUpstream((_, response) => response.end('fine'))
  const shop = servers.server(['a.shop.example'])
  const files = {
    'tls/shop.pem': shop.cert,
    'tls/shop.key': shop.key,
    'tls/clients.pem': prod.cert + devices.cert,
    'tls/prod-ca.pem': prod.cert,
    'tls/device-ca.pem': devices.cert,
    // Of every authority of the chains that are shown.
    'tls/prod.crl.pem': prod.revoked([serial]) + devices.revoked([]),
    'release.public.jwk.json': JSON.stringify(publicJwk(testSigner)),
    'shop.iapb': await compilePolicy(shown('iap shop.iap'), { signers: [testSigner] }),
  }
  const config = shown('yaml iap.yaml').replace('0.0.0.0:8443', '127.0.0.1:0').replace('http://10.0.0.1:8080', upstream.origin)
  proxy = await startShownProxy(config, files)
})

afterAll(async () => {
  await proxy?.close()
  await upstream?.close()
})

test.each([
  ['a workload of the shop', prod.svid('spiffe://prod.shop.example/ns/shop/web'), 200],
  ['another one', prod.svid('spiffe://prod.shop.example/ns/bank/web'), 403],
  ['one by the authority of devices', devices.svid('spiffe://prod.shop.example/ns/shop/web'), 401],
  ['a till', devices.client('till', { names: ['till-7.shop.example'] }), 200],
  ['another one', devices.client('till', { names: ['till-8.shop.example'] }), 403],
  ['nobody', {}, 401],
])('%s: %#', async (_, client, status) => {
  const raw = await open(proxy.port, { ...client, servername: 'a.shop.example' })
  expect((await ask(raw, '/orders', 'a.shop.example')).status).toBe(status)
  raw.close()
})

test('one that was revoked does not get in', async () => {
  const client = prod.svid('spiffe://prod.shop.example/ns/shop/web', { serial })
  const raw = await open(proxy.port, { ...client, servername: 'a.shop.example' }).catch(() => null)
  raw?.send('GET /orders HTTP/1.1\nHost: a.shop.example\n\n')
  expect((await raw?.rest()) ?? '').toBe('')
})
