import { afterEach, describe, expect, test } from 'vitest'
import { openStage } from '../life/proxy-process.ts'
import { ask } from '../support/ask.ts'
import { type Nginx, nginx } from '../support/nginx.ts'
import { startUpstream } from '../support/start-test-proxy.ts'
import { poll } from '../support/until.ts'
import { replaceAll, startNginxExample } from './nginx-example.ts'

let closing: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closing.reverse()) await close()
  closing = []
})

async function start(keepalive: boolean): Promise<{
  readonly front: Nginx
  readonly seen: string[]
  readonly stage: Awaited<ReturnType<typeof openStage>>
  readonly proxy: ReturnType<Awaited<ReturnType<typeof openStage>>['start']>
}> {
  const seen: string[] = []
  const upstream = await startUpstream((request, response) => {
    seen.push(request.url ?? '')
    response.end('service')
  })
  closing.push(() => upstream.close())
  const stage = await openStage()
  closing.push(() => stage.remove())
  const checks = '{ address: "127.0.0.1:0", protocol: forward-auth, original: x-original, clients: [{ address: 127.0.0.1 }] }'
  stage.configure({ upstream: upstream.origin, listeners: `[{ address: "127.0.0.1:0" }, ${checks}]`, workers: 2 })
  const proxy = stage.start({ lives: 'stage' })
  const ports = await proxy.ready()
  const [own, asked] = ports.map((port) => `127.0.0.1:${port}`) as [string, string]
  const backends = { checks: asked, proxy: own, service: new URL(upstream.origin).host }
  // Each connection is of one process.
  const front = await startNginxExample(backends, (text) => (keepalive ? text : replaceAll(text, { 'keepalive 16;': '' })))
  closing.push(() => front.close())
  return { front, seen, stage, proxy }
}

describe.skipIf(nginx === null)('nginx before several processes', () => {
  test('gets each refusal, whichever process has made it, with one record', async () => {
    const { front, seen, stage } = await start(false)
    for (let i = 0; i < 40; i++) {
      const { status, body, get } = await ask(front.port, `GET /users/${i}`)
      expect([status, get('x-iap-error'), JSON.parse(body).requestId]).toEqual([401, 'unauthenticated', get('x-iap-request-id')])
    }
    expect(seen).toEqual([])
    await poll(() => stage.audit().length).toBe(40)
    const source = { protocol: 'forward-auth', listener: '127.0.0.1:0' }
    expect(
      stage.audit().every(({ check, code }) => code === 'unauthenticated' && JSON.stringify(check) === JSON.stringify(source)),
    ).toBe(true)
  })

  test('passes nothing on while nobody decides', async () => {
    const { front, seen, proxy } = await start(true)
    expect((await ask(front.port, 'GET /open/a')).status).toBe(200)
    proxy.child.kill('SIGTERM')
    await proxy.ended
    expect((await ask(front.port, 'GET /open/b')).status).toBe(500)
    expect(seen).toEqual(['/open/a'])
  })
})
