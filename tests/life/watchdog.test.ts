/** Workers that do not respond. A stopped process is one, whatever keeps an event loop busy. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compilePolicy, testSigner } from '../support/compile-policy.ts'
import { RawClient } from '../support/raw-client.ts'
import { startUpstream, type TestUpstream, testPolicy } from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'
import { openStage, type Running, type Stage } from './proxy-process.ts'

let stage: Stage & { remove(): void }
let upstream: TestUpstream

beforeAll(async () => {
  upstream = await startUpstream((_, response) => response.end('fine'))
  stage = await openStage()
})

afterAll(async () => {
  await upstream?.close()
  stage?.remove()
})

const WATCHDOG = 'watchdog: { missTimeout: 1s, killTimeout: 6s }'

async function stopOne(proxy: Running): Promise<number> {
  const ready = (await proxy.workers()).filter(({ state }) => state === 'ready')
  const pid = ready[0]?.pid ?? 0
  process.kill(pid, 'SIGSTOP')
  return pid
}

async function bothReady(proxy: Running): Promise<void> {
  await eventually(async () => (await proxy.workers()).filter(({ state }) => state === 'ready').length === 2 || undefined)
}

test('a worker that does not respond makes the proxy not ready, gets no connections, and is killed', async () => {
  stage.configure({ upstream: upstream.origin, more: WATCHDOG })
  const proxy = stage.start()
  const [port = 0] = await proxy.ready()
  const pid = await stopOne(proxy)
  const body = await eventually(async () => {
    const answer = await proxy.admin('/readyz')
    return answer.status === 503 ? answer.body : undefined
  })
  expect(body).toContain('a worker does not respond')
  for (let i = 0; i < 4; i++) {
    const client = new RawClient(port)
    client.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
    expect((await client.response()).status).toBe(200)
    client.close()
  }
  await proxy.line(/a worker does not respond, and is killed/)
  await proxy.line(/a worker has ended with SIGKILL, and is restarted/)
  await eventually(async () => (await proxy.admin('/readyz')).status === 200 || undefined)
  await bothReady(proxy)
  expect((await proxy.workers()).map((worker) => worker.pid)).not.toContain(pid)
  expect(await proxy.metric('iap_worker_hangs_total')).toBe(1)
})

test('a policy under which two workers do not respond within a minute is rolled back and quarantined', async () => {
  stage.configure({ upstream: upstream.origin, more: WATCHDOG })
  const proxy = stage.start()
  await proxy.ready()
  const activePolicy = async () => {
    const { policy, quarantined } = JSON.parse((await proxy.admin('/readyz?verbose')).body) as {
      policy: { revision: string; origin: string }
      quarantined: string | null
    }
    return { ...policy, quarantined }
  }
  const before = await activePolicy()
  const next = await compilePolicy(`${testPolicy}\n// another one\n`, { sequence: 2, signers: [testSigner] })
  writeFileSync(join(stage.folder, 'policy.iapb'), next)
  const bad = await eventually(async () => {
    const now = await activePolicy()
    return now.revision === before.revision ? undefined : now
  })
  for (let hangs = 1; hangs <= 2; hangs++) {
    await bothReady(proxy)
    await stopOne(proxy)
    await eventually(async () => (await proxy.metric('iap_worker_hangs_total')) >= hangs || undefined)
  }
  await proxy.line(/the policy is rolled back and quarantined: 2 workers did not respond/)
  const after = await eventually(async () => {
    const now = await activePolicy()
    return now.revision === before.revision ? now : undefined
  })
  expect(after).toMatchObject({ origin: 'rollback', quarantined: bad.revision })
  await eventually(async () => (await proxy.admin('/readyz')).status === 200 || undefined)
})
