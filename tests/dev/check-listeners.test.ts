/** `iap run --dev` of a project whose proxy decides for another one, and whose policies are beside it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { askRaw } from '../fronts/ask.ts'
import { startDev } from './start-dev.ts'

const POLICY = `service app at "app.localhost" { route home GET "/" }

permit home on app.home to anyone
`

const CHECKS = 'protocol: forward-auth, original: x-forwarded, clients: [{ address: 127.0.0.1 }]'

test('shows requests to the listener that forwards, of policies outside of its folder', async () => {
  const shared = mkdtempSync(join(tmpdir(), 'iap-dev-shared-'))
  mkdirSync(join(shared, 'policies'))
  writeFileSync(join(shared, 'policies/app.iap'), POLICY)
  const dev = await startDev({
    'iap.yaml': `
listeners:
  - { address: "127.0.0.1:0", ${CHECKS} }
  - { address: "127.0.0.1:0" }
services: { app: { upstreams: ["http://127.0.0.1:1"] } }
audit: [{ file: ./audit.jsonl }]
dev: { sources: ${join(shared, 'policies')}, callers: ./callers.json, echo: true, issuer: 127.0.0.1:0 }
`,
  })
  try {
    expect(dev.stdout()).toContain(`curl -i -H 'Host: app.localhost' http://127.0.0.1:${dev.port}/`)
    const { status, body } = await askRaw(dev.port, 'GET / HTTP/1.1\nHost: app.localhost\nConnection: close\n\n')
    expect([status, JSON.parse(body)]).toMatchObject([200, { service: 'app', path: '/' }])
  } finally {
    await dev.close()
    rmSync(shared, { recursive: true })
  }
})
