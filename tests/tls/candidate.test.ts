/** A candidate in this process alone, and certificates: what connections have shown is there when they are gone. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { candidateOf } from '../live/start-candidate.ts'
import { RawClient } from '../support/raw-client.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { testAuthority } from '../support/test-authority.ts'
import type { Certified } from '../support/x509.ts'
import { shakeHands } from './tls-client.ts'

const servers = testAuthority('servers')
const prod = testAuthority('prod')
const app = servers.server(['app.test'])

const policy = (certificate: string, more = '') => `
identity user via jwt { sub: string }
identity workload via mtls
service app at "app.test" {
  route open ANY "/open/{rest...}"
  ${more}
}
permit all on app.open to anyone ${certificate}
`
/** It reads what the active one does not, and has a route that the active one has not. */
const CANDIDATE = `${policy('when has(connection.mtls) && connection.mtls.path == "/orders"', 'route fresh GET "/fresh"')}
permit fresh on app.fresh to workload
`

let upstream: TestUpstream
let proxy: TestProxy

beforeAll(async () => {
  upstream = await startUpstream((_, response) => response.end('fine'))
  proxy = await startTestProxy([upstream.origin], {
    policy: policy(''),
    others: ['workload: { trustDomain: prod.example, ca: prod.pem }'],
    listener: 'tls: { cert: a.pem, key: a.key, clientCa: prod.pem, clientCert: optional }',
    files: { 'a.pem': app.cert, 'a.key': app.key, 'prod.pem': prod.cert },
  })
})
afterAll(async () => {
  await proxy?.close()
  await upstream?.close()
})

/** On a connection of its own, which the client closes when it has its answer. */
async function ask(path: string, client: Certified | null): Promise<number> {
  const raw = new RawClient((await shakeHands(proxy.port, { servername: 'app.test', ...client })).socket)
  raw.send(`GET ${path} HTTP/1.1\nHost: app.test\nConnection: close\n\n`)
  const { status } = await raw.response()
  raw.close()
  return status
}

test('a candidate sees the certificate of the connection, and whom it shows, as the active one would', async () => {
  const { candidates } = proxy.proxy
  expect(await candidates.tally()).toBeNull()
  expect(await candidates.begin(await candidateOf(CANDIDATE))).toBeNull()
  const orders = prod.svid('spiffe://prod.example/orders')
  const bank = prod.svid('spiffe://prod.example/bank')
  const found: [number, string | undefined][] = []
  for (const [at, [path, client]] of (
    [
      ['/open/a', orders],
      ['/open/a', bank],
      ['/open/a', null],
      ['/fresh', orders],
    ] as const
  ).entries()) {
    const status = await ask(path, client)
    found.push([status, (await proxy.audit(at + 1))[at]?.candidate?.result])
  }
  expect(found).toEqual([
    [200, 'same'],
    [200, 'newlyDenied'],
    [200, 'newlyDenied'],
    [403, 'newlyPermitted'],
  ])

  await candidates.share({ parts: 10_000, services: null })
  expect([await ask('/open/a', bank), await ask('/open/a', orders), await ask('/fresh', orders)]).toEqual([403, 200, 200])
  await proxy.audit(7)
  expect(await candidates.tally()).toMatchObject({
    compared: 7,
    newlyPermitted: 2,
    newlyDenied: 3,
    failed: 0,
    candidate: { decided: 3, refused: 1 },
  })
  await candidates.end()
  expect([await ask('/open/a', bank), await candidates.tally()]).toEqual([200, null])
})
