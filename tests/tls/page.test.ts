import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { publicJwk } from '../../compiler/bundle/index.ts'
import { checkConfig, createLog, type RunningProxy, startProxy } from '../../runtime/index.ts'
import { loadConfig } from '../../runtime/server/config/index.ts'
import { compilePolicy, testSigner } from '../support/compile-policy.ts'
import { testAuthority } from '../support/test-authority.ts'
import { askOnce, shownTo } from './tls-client.ts'

/** The example of `docs/reference/tls.md` is what the page says of it, with the files that it names. */
const authority = testAuthority()
const page = readFileSync(new URL('../../docs/reference/tls.md', import.meta.url), 'utf8')
const example = /^```yaml iap\.yaml\n([\s\S]*?)^```$/m.exec(page)?.[1] ?? ''

let folder: string
let proxy: RunningProxy
let port: number

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'iap-page-'))
  const [shop, partners] = [authority.server(['*.shop.example']), authority.server(['partners.example'])]
  const iap = authority.client('iap')
  const policy = 'service orders at "a.shop.example" { route any ANY "/open/{rest...}" }\npermit all on orders.any to anyone\n'
  const files = {
    'tls/shop.pem': shop.cert,
    'tls/shop.key': shop.key,
    'tls/partners.pem': partners.cert,
    'tls/partners.key': partners.key,
    'tls/mesh-ca.pem': authority.cert,
    'tls/mesh.crl.pem': authority.revoked([]),
    'tls/iap.pem': iap.cert,
    'tls/iap.key': iap.key,
    'release.public.jwk.json': JSON.stringify(publicJwk(testSigner)),
    'shop.iapb': await compilePolicy(policy, { signers: [testSigner] }),
  }
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  // Nobody listens there.
  const text = `${example.replace('0.0.0.0:8443', '127.0.0.1:0').replaceAll(/10\.0\.0\.(\d):8443/g, '127.0.0.1:$1')}audit: []\n`
  const loaded = loadConfig(text, join(folder, 'iap.yaml'))
  if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join('\n'))
  expect(await checkConfig(loaded.config)).toEqual([])
  proxy = await startProxy(loaded.config, { log: createLog(() => {}) })
  port = Number(new URL(proxy.addresses[0] ?? '').port)
})

afterAll(async () => {
  await proxy?.close()
  rmSync(folder, { recursive: true, force: true })
})

test('each certificate is shown to who asks for its hosts', async () => {
  expect(await shownTo(port, 'a.shop.example')).toBe('*.shop.example')
  expect(await shownTo(port, 'partners.example')).toBe('partners.example')
})

test('a client may show a certificate, and it must be good', async () => {
  const servername = 'a.shop.example'
  expect(await askOnce(port, { servername }, servername)).toBe(502)
  expect(await askOnce(port, { servername, ...authority.client('orders') }, servername)).toBe(502)
  expect(await askOnce(port, { servername, ...testAuthority('others').client('orders') }, servername)).toBe('refused')
})
