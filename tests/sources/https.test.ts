/** Bundles from an HTTP server: what it says and does, and what becomes of that. Each server is a real one. */

import type { RequestListener } from 'node:http'
import { createServer, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { SourceOptions } from '../../runtime/policy/index.ts'
import { until } from '../support/until.ts'
import { type Followed, openFollowed, stateFolder, version } from './open-followed.ts'
import { type BundleServer, etagOf, serveBundles, staticFile, Waiting } from './serve-bundles.ts'

type Https = Extract<SourceOptions, { kind: 'https' }>

async function serve(answer: RequestListener): Promise<BundleServer> {
  const server = await serveBundles(answer)
  onTestFinished(() => server.close())
  return server
}

function follow(origin: string, more: Partial<Https> = {}, state = stateFolder(), atStart?: number): Promise<Followed> {
  const source: Https = { kind: 'https', url: `${origin}/shop.iapb`, interval: 50, wait: 0, token: null, retry: 50, ...more }
  return openFollowed(source, { state }, atStart)
}

const refused = ({ store }: Followed) => store.status.lastError

describe('what is new', () => {
  it('is told by the ETag: what has not changed is not sent again', async () => {
    const server = await serve(staticFile(await version(1)))
    const followed = await follow(server.origin)
    expect(followed.sequence()).toBe(1)
    await until(() => server.seen.length >= 4)
    const etag = etagOf(await version(1))
    expect(server.seen.map(({ headers }) => headers['if-none-match']).slice(0, 3)).toEqual([undefined, etag, etag])
    expect(followed.events.map(({ kind }) => kind)).toEqual(['activated'])
    server.answer = staticFile(await version(2))
    await until(() => followed.sequence() === 2)
    expect(refused(followed)).toBeNull()
  })

  it('is told by what was sent, where there is no ETag, or one that is none', async () => {
    for (const etag of [undefined, 'v1', '"a\tb"', '"a" "b"']) {
      let bytes = await version(1)
      const server = await serve((_, response) => response.writeHead(200, { ...(etag && { etag }) }).end(bytes))
      const followed = await follow(server.origin)
      await until(() => server.seen.length >= 3)
      expect(server.seen.every(({ headers }) => headers['if-none-match'] === undefined)).toBe(true)
      expect(followed.events.map(({ kind }) => kind)).toEqual(['activated'])
      bytes = await version(2)
      await until(() => followed.sequence() === 2)
      await followed.close()
    }
  })

  it('is seen where the ETag stays the same all the time, as long as all is sent', async () => {
    let bytes = await version(1)
    const server = await serve((_, response) => response.writeHead(200, { etag: '"one"' }).end(bytes))
    const followed = await follow(server.origin)
    bytes = await version(2)
    await until(() => followed.sequence() === 2)
  })

  it('is not what has another ETag each time', async () => {
    const bytes = await version(1)
    const server = await serve((_, response) => response.writeHead(200, { etag: `W/"${server.seen.length}"` }).end(bytes))
    const followed = await follow(server.origin)
    await until(() => server.seen.length >= 4)
    expect(server.seen[3]?.headers['if-none-match']).toBe('W/"3"')
    expect(followed.events.map(({ kind }) => kind)).toEqual(['activated'])
  })

  it('a 304 to whoever has nothing is an error', async () => {
    const server = await serve((_, response) => response.writeHead(304, { etag: '"x"' }).end())
    const followed = await follow(server.origin)
    expect(refused(followed)).toMatchObject({ code: 'source-unreadable' })
    expect(followed.slot.current).toBeNull()
  })

  it('comes as it is, though the server takes its gzip for that of the transfer', async () => {
    const bytes = await version(1)
    const server = await serve((request, response) => {
      const accepted = String(request.headers['accept-encoding'])
      if (accepted !== 'identity') response.setHeader('content-encoding', 'gzip')
      response.end(bytes)
    })
    expect((await follow(server.origin)).sequence()).toBe(1)
  })
})

describe('a server that waits', () => {
  it('gives a new one as soon as it is there', async () => {
    const waiting = new Waiting(await version(1), 60_000)
    const server = await serve(waiting.answer)
    const followed = await follow(server.origin, { interval: 600_000, wait: 60_000 })
    expect(server.seen[0]?.headers.prefer).toBeUndefined()
    for (const sequence of [2, 3]) {
      await until(() => waiting.waiting === 1)
      expect(server.seen.at(-1)?.headers.prefer).toBe('wait=60')
      waiting.replace(await version(sequence))
      await until(() => followed.sequence() === sequence)
    }
    expect(server.seen).toHaveLength(3)
  })

  it('is asked again each time that it has waited in vain', async () => {
    const waiting = new Waiting(await version(1), 1100)
    const server = await serve(waiting.answer)
    const followed = await follow(server.origin, { interval: 600_000, wait: 2000 })
    await until(() => server.seen.length >= 4)
    expect(followed.events.map(({ kind }) => kind)).toEqual(['activated'])
    expect(followed.store.status.confirmed).toBeGreaterThan(0)
  })

  it('and does not notice itself: it is asked anew where somebody else tells', async () => {
    const waiting = new Waiting(await version(1), 60_000)
    const server = await serve(waiting.answer)
    const followed = await follow(server.origin, { interval: 600_000, wait: 60_000 })
    await until(() => waiting.waiting === 1)
    waiting.replace(await version(2), true)
    followed.source.look()
    await until(() => followed.sequence() === 2)
    expect(refused(followed)).toBeNull()
  })
})

describe('a server that has none', () => {
  const plain = (status: number, headers: Record<string, string> = {}): RequestListener => {
    return (_, response) => response.writeHead(status, headers).end('no')
  }
  it.each<[string, RequestListener, string, RegExp]>([
    ['404', plain(404), 'source-missing', /\/shop\.iapb` does not exist \(404\)$/],
    ['410', plain(410), 'source-missing', /does not exist \(410\)$/],
    ['500', plain(500), 'source-unreadable', /answers 500: check the address and the log of the server$/],
    ['401', plain(401), 'source-unreadable', /answers 401: check the address and the log of the server$/],
    ['204', plain(204), 'source-unreadable', /answers 204: check the address and the log of the server$/],
    [
      'a redirect',
      plain(302, { location: '/other' }),
      'source-unreadable',
      /answers 302: redirects are not followed; configure the final address$/,
    ],
    [
      'more than it may',
      (_, response) => {
        const piece = Buffer.alloc(1 << 20)
        response.writeHead(200)
        const more = () => {
          while (!response.destroyed && response.write(piece));
        }
        response.on('drain', more)
        more()
      },
      'source-unreadable',
      /has more than the limit of 16777216 bytes: check the address$/,
    ],
    [
      'an end before its Content-Length',
      (_, response) => {
        response.writeHead(200, { 'content-length': '5000' })
        response.write('abc', () => response.destroy())
      },
      'source-unreadable',
      /^the source cannot be read: /,
    ],
    [
      'nothing at all',
      (_, response) => void response.destroy(),
      'source-unreadable',
      /^the source cannot be read: other side closed$/,
    ],
  ])(
    'but %s: that is told once, what serves goes on, and it is taken when it is well again',
    async (_, answer, code, message) => {
      const server = await serve(staticFile(await version(1)))
      const followed = await follow(server.origin)
      server.answer = answer
      await until(() => refused(followed) !== null)
      expect(refused(followed)).toMatchObject({ code, message: expect.stringMatching(message) })
      expect(followed.sequence()).toBe(1)
      const asked = server.seen.length
      await until(() => server.seen.length > asked)
      expect(followed.events.filter(({ kind }) => kind === 'refused')).toHaveLength(1)
      expect(server.seen.every(({ url }) => url === '/shop.iapb')).toBe(true)
      server.answer = staticFile(await version(2))
      await until(() => followed.sequence() === 2)
      expect(refused(followed)).toBeNull()
    },
  )

  it('but half of one, without a Content-Length: it is asked again, though it would say that nothing has changed', async () => {
    const bytes = await version(1)
    let isBroken = true
    const server = await serve((request, response) => {
      if (!isBroken) return void staticFile(bytes)(request, response)
      // As HTTP/1.0: the end of the connection is the end of the body.
      const socket = request.socket as Socket
      socket.end(
        Buffer.concat([Buffer.from(`HTTP/1.0 200 OK\r\nETag: ${etagOf(bytes)}\r\n\r\n`), bytes.subarray(0, bytes.length >> 1)]),
      )
    })
    const followed = await follow(server.origin)
    expect(refused(followed)).toMatchObject({ code: 'truncated' })
    isBroken = false
    await until(() => followed.sequence() === 1)
    expect(server.seen.every(({ headers }) => headers['if-none-match'] === undefined)).toBe(true)
    expect(refused(followed)).toBeNull()
  })

  it('nor is there: the last good one serves at a start, and that is said', async () => {
    const state = stateFolder()
    const server = await serve(staticFile(await version(3)))
    await (await follow(server.origin, {}, state)).close()
    const { port } = new URL(server.origin)
    await server.close()
    const followed = await follow(`http://127.0.0.1:${port}`, {}, state)
    expect(followed.store.status).toMatchObject({ active: { sequence: 3, origin: 'last-good' } })
    expect(refused(followed)).toMatchObject({ code: 'source-unreadable', message: expect.stringContaining('ECONNREFUSED') })
  })

  it('and says nothing: a start waits a while, then the last good one serves, until the source speaks', async () => {
    const state = stateFolder()
    await (await follow((await serve(staticFile(await version(1)))).origin, {}, state)).close()
    const answers: (() => void)[] = []
    const next = await version(2)
    const server = await serve((request, response) => void answers.push(() => staticFile(next)(request, response)))
    const followed = await follow(server.origin, {}, state, 100)
    expect(followed.store.status).toMatchObject({ active: { sequence: 1, origin: 'last-good' }, lastError: null })
    expect(answers).toHaveLength(1)
    answers[0]?.()
    await until(() => followed.sequence() === 2)
  })

  it('and says nothing, and nothing is kept: a start waits for it', async () => {
    const bytes = await version(1)
    const server = await serve((request, response) => void setTimeout(() => staticFile(bytes)(request, response), 500))
    const followed = await follow(server.origin, {}, stateFolder(), 50)
    expect(followed.store.status.active?.origin).toBe('source')
  })

  it('and says nothing: closing does not wait for it', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    onTestFinished(() => void server.close())
    const state = stateFolder()
    await (await follow((await serve(staticFile(await version(1)))).origin, {}, state)).close()
    const { port } = server.address() as { port: number }
    const followed = await follow(`http://127.0.0.1:${port}`, {}, state, 50)
    await followed.close()
    expect(refused(followed)).toBeNull()
  })
})

describe('a source that gives what must not be taken', () => {
  it('an old one, replayed: what serves goes on, it is told once, and does not vouch for what serves', async () => {
    const server = await serve(staticFile(await version(2)))
    const followed = await follow(server.origin)
    server.answer = staticFile(await version(1))
    await until(() => refused(followed)?.code === 'sequence')
    const { confirmed } = followed.store.status
    const asked = server.seen.length
    await until(() => server.seen.length >= asked + 3)
    expect(followed.store.status).toMatchObject({ active: { sequence: 2 }, confirmed })
    expect(followed.events.filter(({ kind }) => kind === 'refused')).toHaveLength(1)
    server.answer = staticFile(await version(3))
    await until(() => followed.sequence() === 3)
  })

  it('what was gone back from, until it is released: then it is taken once the source is looked at, though it has nothing new', async () => {
    const server = await serve(staticFile(await version(1)))
    const followed = await follow(server.origin)
    server.answer = staticFile(await version(2))
    await until(() => followed.sequence() === 2)
    await followed.store.rollback()
    const asked = server.seen.length
    await until(() => server.seen.length >= asked + 3)
    expect(followed.store.status).toMatchObject({ active: { sequence: 1, origin: 'rollback' }, lastError: null })
    await followed.store.release()
    followed.source.look()
    await until(() => followed.sequence() === 2)
    expect(followed.store.status).toMatchObject({ active: { origin: 'source' }, quarantined: null })
  })
})

describe('the token', () => {
  it('is read anew each time, and sent to this server alone', async () => {
    let token = 'one'
    const bytes = await version(1)
    const elsewhere = await serve(staticFile(await version(9)))
    const server = await serve((request, response) => {
      if (request.headers.authorization !== 'Bearer two') response.writeHead(401).end()
      else staticFile(bytes)(request, response)
    })
    const followed = await follow(server.origin, { token: () => token })
    expect(refused(followed)).toMatchObject({
      message: expect.stringMatching(/answers 401: check the address and the log of the server$/),
    })
    token = 'two'
    await until(() => followed.sequence() === 1)
    server.answer = (_, response) => response.writeHead(307, { location: `${elsewhere.origin}/shop.iapb` }).end()
    await until(() => refused(followed) !== null)
    expect(elsewhere.seen).toHaveLength(0)
    expect(followed.sequence()).toBe(1)
  })

  it.each(['se cret', 'se\ncret', 'sécret'])('%j cannot be sent, and the message does not hold it', async (token) => {
    const server = await serve(staticFile(await version(1)))
    const followed = await follow(server.origin, { token: () => token })
    expect(refused(followed)?.message).toBe(
      '`bundle.token` contains characters that a header must not have: expected visible ASCII without spaces or line breaks',
    )
    expect(server.seen).toHaveLength(0)
  })

  it('in a query is not told either', async () => {
    const server = await serve((_, response) => response.writeHead(403).end())
    const followed = await follow(server.origin, { url: `${server.origin}/shop.iapb?signature=secret` })
    expect(refused(followed)?.message).toBe(
      `\`${server.origin}/shop.iapb\` answers 403: check the address and the log of the server`,
    )
    expect(server.seen[0]?.url).toBe('/shop.iapb?signature=secret')
  })
})
