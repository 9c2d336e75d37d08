import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { ask, outcomeOf } from '../support/ask.ts'
import { RawClient } from '../support/raw-client.ts'
import { type RawRequest, type RawService, startRawService } from '../support/raw-service.ts'
import { startTestProxy, type TestProxy } from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'

let service: RawService | undefined
let app: TestProxy

afterEach(async () => {
  await app?.close()
  await service?.close()
})

async function start(serve: (request: RawRequest) => void, timeouts: string): Promise<RawService> {
  service = await startRawService(serve)
  app = await startTestProxy([service.origin], { service: `timeouts: ${timeouts}` })
  return service
}

/** How long it takes, in milliseconds: a time-out may be late, but never early. */
async function timed<T>(work: Promise<T>): Promise<[result: T, ms: number]> {
  const begun = performance.now()
  return [await work, performance.now() - begun]
}

test('connect: an address that takes a connection and does not finish the handshake of TLS', async () => {
  const mute = createServer((socket) => void socket.on('error', () => {}))
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
  const origin = `https://127.0.0.1:${(mute.address() as AddressInfo).port}`
  app = await startTestProxy([origin], { service: 'timeouts: { connect: 200ms }' })
  const [response, ms] = await timed(ask(app.port, 'GET /open/x'))
  expect(outcomeOf(response)).toEqual([504, 'upstream-timeout'])
  expect(ms).toBeGreaterThan(150)
  expect((await app.audit(1))[0]?.detail).toBe(
    `UND_ERR_CONNECT_TIMEOUT: no connection to \`${origin}\` within 200 ms (\`timeouts.connect\`): check the address and the service`,
  )
  mute.close()
})

test('first byte', async () => {
  await start(() => {}, '{ firstByte: 300ms, idle: 1h }')
  const [response, ms] = await timed(ask(app.port, 'POST /open/x', [], 'hello'))
  expect(outcomeOf(response)).toEqual([504, 'upstream-timeout'])
  expect(ms).toBeGreaterThan(250)
  expect((await app.audit(1))[0]?.detail).toMatch(/^UND_ERR_HEADERS_TIMEOUT: /)
})

test('idle: a pause in an answer, however long all of it takes', async () => {
  await start(({ socket }) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n')
    let sent = 0
    const timer = setInterval(() => {
      if (++sent === 15) clearInterval(timer)
      else socket.write('x')
    }, 100)
  }, '{ idle: 600ms, firstByte: 30s }')
  const c = new RawClient(app.port)
  c.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
  const [text, ms] = await timed(c.rest())
  expect(text).toMatch(/x{14}$/)
  expect(ms).toBeGreaterThan(1400 + 500)
  expect((await app.audit(1))[0]).toMatchObject({
    status: 200,
    code: 'upstream-timeout',
    complete: false,
    detail: expect.stringMatching(/^UND_ERR_BODY_TIMEOUT: /),
  })
})

test('whole: an answer that goes on and on', async () => {
  let timer: NodeJS.Timeout | undefined
  let gone = false
  await start(({ socket }) => {
    socket.on('close', () => {
      gone = true
    })
    socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
    timer = setInterval(() => socket.write('1\r\nx\r\n'), 50)
  }, '{ total: 500ms }')
  const c = new RawClient(app.port)
  c.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
  const [text, ms] = await timed(c.rest())
  clearInterval(timer)
  expect(text).not.toMatch(/\r\n0\r\n\r\n$/)
  expect(ms).toBeGreaterThan(450)
  expect((await app.audit(1))[0]).toMatchObject({
    status: 200,
    code: 'upstream-timeout',
    complete: false,
    detail: 'WHOLE_TIMEOUT: the answer had not ended after 500 ms',
  })
  await eventually(() => gone || undefined)
})

test('whole: no answer, retries included', async () => {
  let anew: Promise<string> | undefined
  const { requests } = await start(({ socket }) => {
    if (requests.length > 1) return
    // A second try with a time of its own would take at least as long from here on.
    setTimeout(() => {
      anew = sleep(3000, 'a time of its own')
      socket.destroy()
    }, 1000)
  }, '{ total: 3s }')
  const answered = ask(app.port, 'GET /open/x').then(outcomeOf)
  await eventually(() => anew)
  expect(await Promise.race([answered, anew])).toEqual([504, 'upstream-timeout'])
  expect(requests).toHaveLength(2)
})

test('whole: an answer in time is left alone, and the next on its connection too', async () => {
  // Four answers take longer than one may.
  await start(({ answer }) => void setTimeout(answer, 800, 'fine'), '{ total: 3s }')
  const c = new RawClient(app.port)
  for (let i = 0; i < 4; i++) {
    c.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
    expect(await c.response()).toMatchObject({ status: 200, body: 'fine' })
  }
  c.close()
})
