import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { generateSigningKey, publicJwk } from '../../compiler/bundle/index.ts'
import { createLog, type RunningProxy, startProxy } from '../../runtime/index.ts'
import { loadConfig } from '../../runtime/server/config/index.ts'
import { bundleOf, entriesOf, withEntry } from '../bundles/craft-bundle.ts'
import { tinyBundle, tinyPolicy, tinySchemas, tinySigner } from '../bundles/tiny-policy.ts'
import { until } from '../support/until.ts'

let folder: string
let proxy: RunningProxy
const lines: string[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'iap-refused-'))
  writeFileSync(join(folder, 'key.json'), JSON.stringify(publicJwk(tinySigner)))
  writeFileSync(join(folder, 'shop.iapb'), await tinyBundle({ sequence: 5 }))
  const text = `
listeners: [{ address: 127.0.0.1:0 }]
bundle: { source: ./shop.iapb, keys: [./key.json], state: ./state }
identities: { staff: { issuer: "http://127.0.0.1:9", audience: a, algorithms: [ES256] } }
services: { shop: { upstreams: ["http://127.0.0.1:9"], hosts: [localhost] } }
audit: [{ file: ./audit.jsonl }]
admin: { address: 127.0.0.1:0 }
`
  const loaded = loadConfig(text, join(folder, 'iap.yaml'))
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors))
  proxy = await startProxy(loaded.config, { log: createLog((line) => lines.push(line)), watchInterval: 20 })
})

afterAll(async () => {
  await proxy.close()
  rmSync(folder, { recursive: true })
})

const other = (changes: object = {}) =>
  tinyBundle({
    compiled: { policy: tinyPolicy('clerks'), needs: ['identity:jwt'], schemas: tinySchemas },
    sequence: 6,
    ...changes,
  })

// The issue, line 4, in its order.
it.each<[string, string, () => Uint8Array | Promise<Uint8Array>]>([
  ['truncated', 'truncated', async () => (await other()).subarray(0, -20)],
  ['unsigned', 'unsigned', () => other({ signers: [] })],
  ['signed by another key', 'unknown-key', () => other({ signers: [generateSigningKey()] })],
  ['of a lower sequence', 'sequence', () => other({ sequence: 4 })],
  ['with an entry that the manifest does not list', 'unlisted-entry', async () => withEntry(await other(), 'sources/more', '')],
  [
    'with the same entry twice',
    'entry-twice',
    async () => bundleOf([...(await entriesOf(await other())), { name: 'policy.js', content: '' }]),
  ],
  ['with `../x`', 'entry-name', async () => withEntry(await other(), '../x', '')],
  ['that inflates beyond the limit', 'too-large', () => gzipSync(Buffer.alloc(65 << 20))],
  [
    'that asks for what the runtime lacks',
    'needs',
    () => other({ compiled: { policy: tinyPolicy('clerks'), needs: ['identity:jwt', 'pigeons'], schemas: tinySchemas } }),
  ],
  [
    'with code that the compiler does not emit',
    'module-whitelist',
    () =>
      other({
        compiled: {
          policy: tinyPolicy('clerks').replace('return 4', 'return process.exit()'),
          needs: ['identity:jwt'],
          schemas: tinySchemas,
        },
      }),
  ],
])('a bundle %s never becomes active, and the reason stands everywhere', async (_, code, make) => {
  const before = proxy.status().active?.revision
  const counted = await refusals(code)
  writeFileSync(join(folder, 'shop.iapb'), await make())
  await until(async () => (await refusals(code)) > counted)
  expect(proxy.status().active?.revision).toBe(before)
  const ready = await fetch(`${proxy.admin}/readyz?verbose`)
  expect(ready.status).toBe(200)
  expect(await ready.json()).toMatchObject({ policy: { revision: before, sequence: 5 }, lastError: { code } })
  expect(await refusals(code)).toBe(counted + 1)
  expect(lines.at(-1)).toContain(`code=${code}`)
  // The old one serves: an open route is permitted, and gets as far as the service, which is not there.
  const address = (proxy.addresses[0] ?? '').replace('127.0.0.1', 'localhost')
  expect((await fetch(`${address}/healthz`)).status).toBe(502)
})

it('and the next good one is taken, and the reason is gone', async () => {
  writeFileSync(join(folder, 'shop.iapb'), await other())
  await until(() => proxy.status().active?.sequence === 6)
  expect(await (await fetch(`${proxy.admin}/readyz?verbose`)).json()).toMatchObject({ policy: { sequence: 6 }, lastError: null })
})

async function refusals(code: string): Promise<number> {
  const text = await (await fetch(`${proxy.admin}/metrics`)).text()
  const line = text.split('\n').find((each) => each.startsWith('iap_policy_loads_total') && each.includes(`"${code}"`))
  return Number(line?.split(' ').at(-1) ?? 0)
}
