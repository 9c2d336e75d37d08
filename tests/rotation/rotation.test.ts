import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { JWKS_PATH } from '../support/test-issuer.ts'

const CONNECTIONS = 50
const FULL = process.env.IAP_FULL === '1'
/** No more than four: after that many a key that is not known is asked for once in ten seconds (docs/reference/identities/jwt.md). */
const ROTATIONS = FULL ? 4 : 3
/** Milliseconds between two. */
const PAUSE = FULL ? 4000 : 700

let upstream: TestUpstream
let proxy: TestProxy

beforeAll(async () => {
  upstream = await startUpstream((_, response) => response.end('x'))
  proxy = await startTestProxy([upstream.origin])
})

afterAll(async () => {
  await proxy?.close()
  await upstream?.close()
})

test(`the issuer rotates its keys under ${CONNECTIONS} connections, and nobody is turned away`, async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const statuses = new Map<number, number>()
  const kids = new Set<string>()
  let running = true

  const ask = (authorization: string) =>
    new Promise<number>((resolve, reject) => {
      const asked = request(`${proxy.origin}/users/x`, { agent, headers: { host: 'app.test', authorization } }, (response) => {
        response.resume().once('end', () => resolve(response.statusCode ?? 0))
      })
      asked.once('error', reject).end()
    })

  const clients = Array.from({ length: CONNECTIONS }, async (_, client) => {
    for (let turn = 0; running; turn += 1) {
      // A token of its own every time: each has to be verified with the key that signs just then.
      const status = await ask(proxy.bearer({ sub: `${client}-${turn}` }))
      kids.add(proxy.issuer.keys.at(-1)?.kid ?? '')
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
  })
  for (let turn = 0; turn < ROTATIONS; turn += 1) {
    await sleep(PAUSE)
    proxy.issuer.rotate({ keepOld: true })
  }
  await sleep(PAUSE)
  running = false
  await Promise.all(clients)
  agent.destroy()

  const total = [...statuses.values()].reduce((a, b) => a + b, 0)
  const fetched = proxy.issuer.requests.get(JWKS_PATH) ?? 0
  console.log(
    `${total} requests under ${kids.size} keys on ${CONNECTIONS} connections: ${JSON.stringify([...statuses])}, JWKS fetched ${fetched} times`,
  )
  expect([...statuses.keys()]).toEqual([200])
  expect(kids.size).toBe(ROTATIONS + 1)
  expect(total).toBeGreaterThan(CONNECTIONS * (ROTATIONS + 1))
  // One fetch a rotation, whoever needs it; not one a request.
  expect(fetched).toBeLessThanOrEqual(ROTATIONS + 1)
})
