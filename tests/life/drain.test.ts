/** How the proxy tells that it is about to end, and the listener for probes. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { RawClient } from '../support/raw-client.ts'
import { startUpstream, type TestUpstream } from '../support/start-test-proxy.ts'
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

async function probe(proxy: Running, path: string, method = 'GET'): Promise<{ readonly status: number; readonly body: string }> {
  const [, origin] = await proxy.line(/probes on (http\S+)/)
  const response = await fetch(`${origin}${path}`, { method, headers: { connection: 'close' } })
  return { status: response.status, body: await response.text() }
}

async function get(port: number): Promise<number> {
  const client = new RawClient(port)
  client.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
  const { status } = await client.response()
  client.close()
  return status
}

test('after SIGTERM it is not ready, and goes on serving new connections for `drain.delay`', async () => {
  stage.configure({ upstream: upstream.origin, more: 'drain: { delay: 5s }\nprobes: { address: "127.0.0.1:0" }' })
  const proxy = stage.start()
  const [port = 0] = await proxy.ready()
  expect(await probe(proxy, '/readyz')).toEqual({ status: 200, body: 'ok\n' })
  proxy.child.kill('SIGTERM')
  await eventually(async () => (await probe(proxy, '/readyz')).status === 503 || undefined)
  expect(await probe(proxy, '/readyz')).toEqual({ status: 503, body: 'it is shutting down\n' })
  expect(await probe(proxy, '/livez')).toEqual({ status: 200, body: 'ok\n' })
  expect(await get(port)).toBe(200)
  expect(await proxy.ended).toBe(0)
  await expect(get(port)).rejects.toThrow()
})

test('probes have an address of their own, with nothing else', async () => {
  stage.configure({ upstream: upstream.origin, more: 'probes: { address: "127.0.0.1:0" }' })
  const proxy = stage.start()
  await proxy.ready()
  for (const path of ['/metrics', '/v1/sessions', '/dashboard', '/']) expect((await probe(proxy, path)).status).toBe(404)
  expect((await probe(proxy, '/readyz', 'POST')).status).toBe(405)
  expect(await probe(proxy, '/readyz', 'HEAD')).toEqual({ status: 200, body: '' })
  // At SIGHUP the listener of the same address stays.
  const lines = proxy.said().match(/probes on/g)
  stage.configure({ upstream: upstream.origin, more: 'probes: { address: "127.0.0.1:0" }\nlimits: { stalled: 10s }' })
  proxy.child.kill('SIGHUP')
  await proxy.line(/the new configuration is active/)
  expect((await probe(proxy, '/readyz')).status).toBe(200)
  expect(proxy.said().match(/probes on/g)).toEqual(lines)
})
