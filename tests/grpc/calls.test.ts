/** Calls of gRPC through the proxy, by `@grpc/grpc-js` on both sides. */
import { credentials, Metadata, ServerCredentials, status } from '@grpc/grpc-js'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestProxy, type TestProxy } from '../support/start-test-proxy.ts'
import { testAuthority } from '../support/test-authority.ts'
import {
  type EchoClient,
  type EchoService,
  echoClient,
  echoPolicy,
  type Message,
  startEchoService,
  statusOf,
  unary,
} from './echo-service.ts'

const authority = testAuthority()
const front = authority.server(['app.test'])
const back = authority.server(['localhost'])

describe.each(['plaintext', 'TLS'])('%s', (kind) => {
  const isTls = kind === 'TLS'
  let service: EchoService
  let app: TestProxy
  let client: EchoClient
  let original: EchoService['handlers']

  beforeAll(async () => {
    const pair = { cert_chain: Buffer.from(back.cert), private_key: Buffer.from(back.key) }
    service = await startEchoService(0, isTls ? ServerCredentials.createSsl(null, [pair]) : undefined)
    original = { ...service.handlers }
    app = await startTestProxy([service.origin], {
      policy: echoPolicy,
      timeout: '1h',
      listener: isTls ? 'tls: { cert: front.pem, key: front.key }' : 'http2: true',
      service: `protocol: http2${isTls ? ', tls: { ca: ca.pem }' : ''}`,
      files: { 'front.pem': front.cert, 'front.key': front.key, 'ca.pem': authority.cert },
    })
  })

  afterAll(async () => {
    await app?.close()
    service?.close()
  })

  beforeEach(() => {
    client = echoClient(app.port, isTls ? credentials.createSsl(Buffer.from(authority.cert)) : undefined)
  })

  afterEach(() => {
    client.close()
    Object.assign(service.handlers, original)
  })

  const metadata = (fields: Readonly<Record<string, string | Buffer>> = {}): Metadata => {
    const made = new Metadata()
    for (const [name, value] of Object.entries(fields)) made.set(name, value)
    return made
  }

  const signedIn = (claims: Readonly<Record<string, unknown>> = {}) => metadata({ authorization: app.bearer(claims) })

  test('a unary call', async () => {
    expect(await unary(client, 'Say', { text: 'hello' }, metadata())).toMatchObject({ code: 0, answer: { text: 'hello' } })
    expect(await unary(client, 'Secret', 'psst', signedIn())).toMatchObject({ code: 0, answer: 'psst' })
    const records = await app.audit(2)
    expect(
      records.map(({ route, effect, status, method, upstream }) => [route, effect, status, method, upstream?.status]),
    ).toEqual([
      ['app.say', 'permit', 200, 'POST', 200],
      ['app.secret', 'permit', 200, 'POST', 200],
    ])
    expect(records.every(({ complete }) => complete)).toBe(true)
  })

  test('a stream of messages from the client', async () => {
    const answer = await new Promise<Message>((resolve, reject) => {
      const call = client.Collect(metadata(), (error: Error | null, found: Message) => (error ? reject(error) : resolve(found)))
      for (let n = 0; n < 10; n++) call.write(n)
      call.end()
    })
    expect(answer).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('a stream of messages from the service', async () => {
    const call = client.Count(10, metadata())
    const seen: Message[] = []
    call.on('data', (message: Message) => seen.push(message))
    expect(await statusOf(call)).toMatchObject({ code: status.OK })
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('both at once: the answer to a message comes before the next one is sent', async () => {
    const call = client.Chat(metadata())
    const ended = statusOf(call)
    for (let n = 0; n < 20; n++) {
      const answered = new Promise<Message>((resolve) => call.once('data', resolve))
      call.write({ n })
      expect(await answered).toEqual({ n })
    }
    call.end()
    expect(await ended).toMatchObject({ code: status.OK })
  })

  test('a call whose service ends it while the client has more to say', async () => {
    service.handlers.Chat = (call) => {
      call.once('data', () => {
        call.write('enough')
        call.end()
      })
    }
    const call = client.Chat(metadata())
    const ended = statusOf(call)
    const seen: Message[] = []
    call.on('data', (message: Message) => seen.push(message))
    call.write('one')
    expect(await ended).toMatchObject({ code: status.OK })
    expect(seen).toEqual(['enough'])
  })

  test('metadata goes both ways, binary too, in the head and in the trailers', async () => {
    let seen: Metadata | undefined
    service.handlers.Say = (call) => {
      seen = call.metadata
      call.sendMetadata(metadata({ 'x-head': 'one', 'x-head-bin': Buffer.from([0, 255, 128]) }))
      throw Object.assign(new Error('wörds: 100%'), {
        code: status.ABORTED,
        metadata: metadata({
          'x-trail': 'two',
          'x-trail-bin': Buffer.from([1, 254]),
          'x-iap-user': 'forged',
          'X-Iap_Error': 'forged',
        }),
      })
    }
    const sent = metadata({
      'x-text': 'hello',
      'x-bytes-bin': Buffer.from([0, 1, 254, 255]),
      'x-iap-user': 'forged',
      x_iap_assertion: 'forged',
    })
    const { code, details, head, trailers } = await unary(client, 'Say', 'hi', sent)
    expect([code, details]).toEqual([status.ABORTED, 'wörds: 100%'])
    expect(head?.get('x-head')).toEqual(['one'])
    expect(head?.get('x-head-bin')).toEqual([Buffer.from([0, 255, 128])])
    expect(trailers?.get('x-trail')).toEqual(['two'])
    expect(trailers?.get('x-trail-bin')).toEqual([Buffer.from([1, 254])])
    expect(Object.keys(trailers?.getMap() ?? {}).filter((name) => /iap/.test(name))).toEqual([])
    expect(seen?.get('x-text')).toEqual(['hello'])
    expect(seen?.get('x-bytes-bin')).toEqual([Buffer.from([0, 1, 254, 255])])
    expect(seen?.get('x-iap-user')).toEqual([])
    expect(seen?.get('x_iap_assertion')).toEqual([])
    expect(seen?.get('x-iap-assertion')).toHaveLength(1)
    expect(String(seen?.get('x-iap-assertion')[0]).split('.')).toHaveLength(3)
    expect(seen?.get('x-iap-request-id')).toHaveLength(1)
    expect(seen?.get('x-forwarded-host')).toEqual(['app.test'])
  })

  test('a failure of the service without a message before it', async () => {
    service.handlers.Say = () => {
      throw Object.assign(new Error('no such thing'), { code: status.NOT_FOUND })
    }
    expect(await unary(client, 'Say', 'hi', metadata())).toMatchObject({ code: status.NOT_FOUND, details: 'no such thing' })
  })

  test('a message of 4 MB each way', async () => {
    const text = 'x'.repeat(4_000_000)
    const { code, answer } = await unary(client, 'Say', text, metadata())
    expect(code).toBe(status.OK)
    expect(answer === text).toBe(true)
  })

  test('1,000 messages of 10 kB to a client that reads slowly, and back', async () => {
    const text = 'x'.repeat(10_000)
    service.handlers.Count = (call) => {
      let n = 0
      const more = (): void => {
        while (n < 1000) if (!call.write({ n: n++, text })) return void call.once('drain', more)
        call.end()
      }
      more()
    }
    const call = client.Count(1000, metadata())
    const ended = statusOf(call)
    const seen: number[] = []
    call.on('data', (message: { n: number }) => {
      seen.push(message.n)
      if (message.n % 250 === 0) {
        // A slow client.
        call.pause()
        setTimeout(() => call.resume(), 50)
      }
    })
    expect(await ended).toMatchObject({ code: status.OK })
    expect(seen).toEqual(Array.from({ length: 1000 }, (_, n) => n))

    const count = await new Promise<Message>((resolve, reject) => {
      service.handlers.Collect = (call, done) => {
        let count = 0
        call.on('data', () => {
          if (++count % 250 !== 0) return
          // A slow service.
          call.pause()
          setTimeout(() => call.resume(), 50)
        })
        call.on('end', () => done(null, count))
      }
      const sending = client.Collect(metadata(), (error: Error | null, found: Message) =>
        error ? reject(error) : resolve(found),
      )
      let n = 0
      const more = (): void => {
        while (n++ < 1000) if (!sending.write({ text })) return void sending.once('drain', more)
        sending.end()
      }
      more()
    })
    expect(count).toBe(1000)
  })

  describe('the client goes away', () => {
    test.each(['Count', 'Chat'] as const)('%s: the service sees it', async (name) => {
      const cancelled = new Promise<void>((resolve) => {
        service.handlers[name] = (call: {
          write(message: Message): void
          on(event: 'cancelled', listener: () => void): void
        }) => {
          call.on('cancelled', () => resolve())
          call.write('first')
        }
      })
      const call = name === 'Count' ? client.Count(1, metadata()) : client.Chat(metadata())
      const ended = statusOf(call)
      await new Promise((resolve) => call.once('data', resolve))
      call.cancel()
      expect((await ended).code).toBe(status.CANCELLED)
      await cancelled
    })

    test('before the service has answered', async () => {
      let arrived = (): void => {}
      const there = new Promise<void>((resolve) => {
        arrived = resolve
      })
      const cancelled = new Promise<void>((resolve) => {
        service.handlers.Say = (call) => {
          call.on('cancelled', () => resolve())
          arrived()
          return new Promise(() => {})
        }
      })
      const call = client.Say('hi', metadata(), () => {})
      const ended = statusOf(call)
      await there
      call.cancel()
      expect((await ended).code).toBe(status.CANCELLED)
      await cancelled
    })
  })

  test('a deadline: the client sees 4, and the service that the call is cancelled', async () => {
    const cancelled = new Promise<boolean>((resolve) => {
      service.handlers.Say = (call) => {
        call.on('cancelled', () => resolve(true))
        return new Promise(() => {})
      }
    })
    const { code } = await unary(client, 'Say', 'hi', metadata(), { deadline: Date.now() + 2000 })
    expect(code).toBe(status.DEADLINE_EXCEEDED)
    expect(await cancelled).toBe(true)
  })

  describe('refused', () => {
    test('by a rule: 7, with what it says', async () => {
      const { code, details, trailers } = await unary(client, 'Say', 'hi', metadata({ 'x-tenant': 'evil' }))
      expect([code, details]).toEqual([status.PERMISSION_DENIED, 'Not this ténant: 100%.'])
      expect(trailers?.get('x-iap-error')).toEqual(['denied'])
      expect(trailers?.get('x-iap-request-id')).toHaveLength(1)
      const record = await app.record(String(trailers?.get('x-iap-request-id')[0]))
      expect(record).toMatchObject({ effect: 'deny', code: 'denied', rules: ['evil'], status: 200, upstream: null })
    })

    test('as nothing permits it: 7', async () => {
      const { code, details } = await unary(client, 'Purge', 'hi', signedIn())
      expect([code, details]).toEqual([status.PERMISSION_DENIED, 'The access policy does not allow this request.'])
      expect(await unary(client, 'Purge', 'hi', signedIn({ groups: ['admins'] }))).toMatchObject({ code: 0 })
    })

    test('without a credential: 16', async () => {
      const { code, trailers } = await unary(client, 'Secret', 'hi', metadata())
      expect(code).toBe(status.UNAUTHENTICATED)
      expect(trailers?.get('www-authenticate')).toHaveLength(1)
    })

    test('with a token that has expired: 16', async () => {
      const old = signedIn({ iat: Math.floor(Date.now() / 1000) - 7200, exp: Math.floor(Date.now() / 1000) - 3600 })
      const { code, trailers } = await unary(client, 'Secret', 'hi', old)
      expect([code, trailers?.get('x-iap-error')]).toEqual([status.UNAUTHENTICATED, ['expired']])
    })

    test('as no route has it: 12', async () => {
      const { code, trailers } = await unary(client, 'Hidden', 'hi', metadata())
      expect([code, trailers?.get('x-iap-error')]).toEqual([status.UNIMPLEMENTED, ['no-route']])
    })

    test('while other calls go on on the same connection', async () => {
      const call = client.Chat(metadata())
      const ended = statusOf(call)
      for (let n = 0; n < 5; n++) {
        const answered = new Promise<Message>((resolve) => call.once('data', resolve))
        expect(await unary(client, 'Secret', 'hi', metadata())).toMatchObject({ code: status.UNAUTHENTICATED })
        call.write(n)
        expect(await answered).toBe(n)
      }
      call.end()
      expect(await ended).toMatchObject({ code: status.OK })
    })

    test('with a large message still on its way', async () => {
      const { code } = await unary(client, 'Secret', 'x'.repeat(4_000_000), metadata())
      expect(code).toBe(status.UNAUTHENTICATED)
      expect(await unary(client, 'Say', 'hi', metadata())).toMatchObject({ code: 0 })
    })
  })
})
