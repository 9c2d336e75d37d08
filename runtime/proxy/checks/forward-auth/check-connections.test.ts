import { describe, expect, test } from 'vitest'
import { FORWARDED, forwardAuthListeners, NGINX, sendCheck as send } from '../../../../tests/support/forward-auth.ts'
import { until } from '../../../../tests/support/until.ts'
import type { AuditRecord } from '../../../telemetry/audit/index.ts'

const { open, connect, last, records } = forwardAuthListeners()

describe('who may ask', () => {
  test('everybody else gets 403, without a decision, and the connection ends', async () => {
    const client = await open({ options: { mayAsk: () => false } })
    const answer = await send(client, `GET / HTTP/1.1\n${NGINX}`)
    expect([answer.status, answer.body, answer.get('connection')]).toEqual([403, 'check-not-allowed\n', 'close'])
    await client.rest()
    expect(records).toEqual([])
  })

  test('is looked at for each check', async () => {
    let may = true
    const client = await open({ options: { mayAsk: () => may } })
    expect((await send(client, `GET / HTTP/1.1\n${NGINX}`)).status).toBe(200)
    may = false
    expect((await send(client, `GET / HTTP/1.1\n${NGINX}`)).status).toBe(403)
    await client.rest()
  })

  test('a stranger that sends a body gets its answer', async () => {
    const client = await open({ options: { mayAsk: () => false }, proxy: {} })
    client.send(`POST / HTTP/1.1\n${NGINX}Content-Length: 100000\n\n`)
    expect((await client.response()).status).toBe(403)
    await client.rest()
  })
})

describe('a connection', () => {
  test('that ends before the answer ends its request, once, with a record', async () => {
    let decide = (): void => {}
    const waiting = new Promise<void>((resolve) => {
      decide = resolve
    })
    let waits = false
    const capacity = () => {
      waits = true
      return waiting.then(() => true)
    }
    const audit = { write: (record: AuditRecord) => records.push(record), note: () => {}, hasCapacity: capacity }
    const client = await open({ proxy: { audit: { ...audit, redacted: (sample: object) => sample } as never } })
    client.send(`GET / HTTP/1.1\n${NGINX}\n`)
    await until(() => waits)
    client.close()
    await until(() => records.length > 0)
    decide()
    await new Promise((resolve) => setImmediate(resolve))
    expect(records).toMatchObject([{ code: 'client-closed', complete: false }])
  })

  test('ends if nginx announces a body that it does not send', async () => {
    const client = await open()
    client.send(`POST / HTTP/1.1\n${NGINX}Content-Length: 5\n\n`)
    const answer = await client.response()
    expect([answer.status, answer.get('connection')]).toEqual([200, 'close'])
  })

  test('of an overloaded proxy is answered before its body has arrived', async () => {
    const client = await open({ options: { original: 'x-forwarded' }, proxy: { overload: { reason: 'memory' } } })
    client.send(`POST / HTTP/1.1\n${FORWARDED}Content-Length: 5\n\n`)
    const answer = await client.response()
    expect([answer.status, answer.get('x-iap-error'), answer.get('connection')]).toEqual([503, 'overloaded', 'close'])
  })

  test('of a proxy that may not ask is logged once a minute, with its address', async () => {
    const told: unknown[] = []
    let now = 0
    const log = { info: () => {}, warn: (_: string, fields: object) => void told.push(fields), error: () => {} }
    const proxy = { log: log as never, clock: () => now }
    const options = { mayAsk: () => false }
    const client = await open({ options, proxy })
    const clients = [client, connect(), connect()]
    for (const each of clients) {
      if (each === clients[2]) now = 60_000
      expect((await send(each, `GET / HTTP/1.1\n${NGINX}`)).body).toBe('check-not-allowed\n')
    }
    const fields = { code: 'check-not-allowed', source: '127.0.0.1' }
    expect(told).toEqual([
      { ...fields, count: 1 },
      { ...fields, count: 2 },
    ])
  })

  test('ends after Upgrade, whose handshake is not the front’s', async () => {
    const client = await open({ options: { original: 'x-forwarded' } })
    const answer = await send(client, `GET / HTTP/1.1\n${FORWARDED}Connection: upgrade\nUpgrade: websocket\n`)
    expect([answer.status, answer.get('connection')]).toEqual([200, 'close'])
  })

  test.each([
    ['no HTTP', 'hello\n\n', 400],
    ['bare line ends', `GET / HTTP/1.1\rHost: iap\n\n`, 400],
    ['a head beyond the limit', `GET / HTTP/1.1\n${`X: ${'y'.repeat(8000)}\n`.repeat(8)}\n`, 431],
    ['both framings', `POST / HTTP/1.1\n${NGINX}Content-Length: 1\nTransfer-Encoding: chunked\n\n`, 400],
  ])('with %s gets %i', async (_, text, status) => {
    const client = await open()
    client.send(text)
    expect((await client.response()).status).toBe(status)
    await client.rest()
  })

  test('CONNECT ends it', async () => {
    const client = await open()
    client.send(`CONNECT app.test:443 HTTP/1.1\n${NGINX}\n`)
    expect(await client.rest()).toBe('')
  })

  test('broken bytes after a check end it without a second answer', async () => {
    const client = await open()
    client.send(`GET / HTTP/1.1\n${NGINX}\nhello\n\n`)
    expect((await client.rest()).match(/HTTP\/1\.1/g)?.length ?? 0).toBeLessThanOrEqual(1)
  })
})

describe('many checks', () => {
  test('of which half are cancelled while they wait: each has one record, and nothing is left', async () => {
    const live = new Set<object>()
    const registry = { add: (one: object) => live.add(one), remove: (one: object) => live.delete(one), decideAgain: () => {} }
    let begun = 0
    let decide = (): void => {}
    const waiting = new Promise<boolean>((resolve) => {
      decide = () => resolve(true)
    })
    const capacity = () => {
      begun++
      return waiting
    }
    const audit = { write: (record: AuditRecord) => records.push(record), note: () => {}, hasCapacity: capacity }
    const all = [
      await open({ proxy: { live: registry as never, audit: { ...audit, redacted: (sample: object) => sample } as never } }),
    ]
    while (all.length < 200) all.push(connect())
    for (const client of all) client.send(`GET / HTTP/1.1\n${NGINX}\n`)
    await until(() => begun === all.length)
    const [gone, left] = [all.slice(0, 100), all.slice(100)]
    for (const client of gone) client.close()
    await until(() => records.length === gone.length)
    decide()
    for (const client of left) expect((await client.response()).status).toBe(200)
    expect(records.filter(({ code }) => code === 'client-closed')).toHaveLength(gone.length)
    expect(records.filter(({ status, complete }) => status === 200 && complete)).toHaveLength(left.length)
    expect(live.size).toBe(0)
  })
})

describe('shutting down', () => {
  test('answers announce the end of their connections, and idle ones are closed', async () => {
    const client = await open({ proxy: { draining: true } })
    expect((await send(client, `GET / HTTP/1.1\n${NGINX}`)).get('connection')).toBe('close')
    await client.rest()
    const idle = await open()
    expect((await send(idle, `GET / HTTP/1.1\n${NGINX}`)).get('connection')).toBe('keep-alive')
    last().closeIdle()
    expect(await idle.rest()).toBe('')
  })
})
