/** Bundles from a registry of the OCI distribution specification: a real one, and small ones of our own for what that does not do. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { SourceOptions } from '../../runtime/policy/index.ts'
import { BUNDLE_MEDIA_TYPE } from '../../runtime/policy/source/ask-registry.ts'
import { parseReference } from '../../runtime/policy/source/reference.ts'
import { digestOf, hasRegistry, type Layer, REGISTRY_USER, startRegistry, type TestRegistry } from '../support/registry.ts'
import { until } from '../support/until.ts'
import { type Followed, openFollowed, stateFolder, version } from './open-followed.ts'
import { type BundleServer, serveBundles } from './serve-bundles.ts'

type Oci = Extract<SourceOptions, { kind: 'oci' }>

function follow(host: string, name: string, more: Partial<Oci> = {}, state = stateFolder()): Promise<Followed> {
  const reference = parseReference(`oci://${host}/${name}`)
  if (reference === null) throw new Error(`\`${name}\` is no reference`)
  return openFollowed({ kind: 'oci', ...reference, interval: 50, retry: 50, username: null, password: null, ...more }, { state })
}

const layer = (bytes: Uint8Array, mediaType = BUNDLE_MEDIA_TYPE): Layer => ({ mediaType, bytes })
const refused = ({ store }: Followed) => store.status.lastError

const installed = hasRegistry()
// The gate has it, and must not pass without it.
if (!installed && process.env.CI) throw new Error('docker-registry is not installed')

describe.skipIf(!installed)('a registry', () => {
  let registry: TestRegistry
  beforeAll(async () => {
    registry = await startRegistry()
  })
  afterAll(() => registry?.close())

  it('gives what a tag names, and the next one when the tag is moved', async () => {
    await registry.push('shop/policies', 'production', [layer(await version(1))])
    const followed = await follow(registry.host, 'shop/policies:production')
    expect(followed.sequence()).toBe(1)
    await registry.push('shop/policies', 'production', [layer(await version(2))])
    await until(() => followed.sequence() === 2)
    // Under another tag: that is none of ours.
    await registry.push('shop/policies', 'staging', [layer(await version(3))])
    await registry.push('shop/policies', 'production', [layer(await version(4))])
    await until(() => followed.sequence() === 4)
    // docker-registry can answer 500 while it moves a tag on disk. The proxy then keeps its policy and asks again.
    const others = followed.events.filter((event) => !('code' in event && event.code === 'source-unreadable'))
    expect(others.map(({ kind }) => kind)).toEqual(['activated', 'activated', 'activated'])
    expect(refused(followed)).toBeNull()
  })

  it('a tag that is moved back gives an old one, which is not taken', async () => {
    const old = [layer(await version(1))]
    await registry.push('moved', 'a', old)
    const followed = await follow(registry.host, 'moved:a')
    await registry.push('moved', 'a', [layer(await version(2))])
    await until(() => followed.sequence() === 2)
    await registry.push('moved', 'a', old)
    // Not the 500 that docker-registry can answer while it moves a tag on disk.
    await until(() => refused(followed)?.code === 'sequence')
    expect(followed.sequence()).toBe(2)
  })

  it('gives what a digest names, whatever becomes of the tag', async () => {
    const digest = await registry.push('pinned', 'a', [layer(await version(1))])
    const followed = await follow(registry.host, `pinned@${digest}`)
    await registry.push('pinned', 'a', [layer(await version(2))])
    const { confirmed } = followed.store.status
    await until(() => (followed.store.status.confirmed ?? 0) > (confirmed ?? 0))
    expect(followed.sequence()).toBe(1)
  })

  it('takes the one layer of that type among others, or the only one, whatever its type', async () => {
    const others = [layer(Buffer.from('notes'), 'text/plain'), layer(Buffer.from('{}'), 'application/spdx+json')]
    await registry.push('layers', 'several', [others[0] as Layer, layer(await version(1)), others[1] as Layer])
    expect((await follow(registry.host, 'layers:several')).sequence()).toBe(1)
    await registry.push('layers', 'one', [layer(await version(2), 'application/octet-stream')])
    expect((await follow(registry.host, 'layers:one')).sequence()).toBe(2)
    for (const [tag, layers] of Object.entries({
      none: others,
      two: [layer(await version(3)), layer(await version(4))],
      empty: [],
    })) {
      await registry.push('layers', tag, layers)
      expect(refused(await follow(registry.host, `layers:${tag}`))).toMatchObject({
        code: 'source-unreadable',
        message: `\`http://${registry.host}/v2/layers/manifests/${tag}\` has no single layer of the type \`${BUNDLE_MEDIA_TYPE}\``,
      })
    }
  })

  it('does not have it: that is said, and it is taken when it comes', async () => {
    const followed = await follow(registry.host, 'later:a')
    expect(refused(followed)).toMatchObject({
      code: 'source-missing',
      message: `\`http://${registry.host}/v2/later/manifests/a\` does not exist (404)`,
    })
    await registry.push('later', 'a', [layer(await version(1))])
    await until(() => followed.sequence() === 1)
    expect(refused(followed)).toBeNull()
  })

  it('that answers 500: what serves goes on, which is said, and the next one is taken when it is well again', async () => {
    await registry.push('broken', 'a', [layer(await version(1))])
    const followed = await follow(registry.host, 'broken:a')
    registry.break('broken', 'a')
    await until(() => refused(followed) !== null)
    expect(refused(followed)).toMatchObject({
      code: 'source-unreadable',
      message: `\`http://${registry.host}/v2/broken/manifests/a\` answers 500: check the address and the log of the server`,
    })
    expect(followed.sequence()).toBe(1)
    registry.mend('broken', 'a')
    await until(() => refused(followed) === null)
    await registry.push('broken', 'a', [layer(await version(2))])
    await until(() => followed.sequence() === 2)
  })

  it('is gone and comes back: what serves goes on; a start without it serves the last good one', async () => {
    const state = stateFolder()
    await registry.push('gone', 'a', [layer(await version(1))])
    const followed = await follow(registry.host, 'gone:a', {}, state)
    await registry.stop()
    await until(() => refused(followed) !== null)
    expect(followed.sequence()).toBe(1)
    const other = await follow(registry.host, 'gone:a', {}, state)
    expect(other.store.status).toMatchObject({
      active: { sequence: 1, origin: 'last-good' },
      lastError: { code: 'source-unreadable' },
    })
    await registry.start()
    await registry.push('gone', 'a', [layer(await version(2))])
    await until(() => followed.sequence() === 2)
    await until(() => other.sequence() === 2)
  })
})

describe.skipIf(!installed)('a registry that wants to know who asks', () => {
  let registry: TestRegistry
  beforeAll(async () => {
    registry = await startRegistry({ basic: true })
    await registry.push('shop', 'a', [layer(await version(1))])
  })
  afterAll(() => registry?.close())

  it('gives it to the user', async () => {
    const { username, password } = REGISTRY_USER
    expect((await follow(registry.host, 'shop:a', { username, password: () => password })).sequence()).toBe(1)
  })

  it('refuses others, and takes a password that was mended', async () => {
    const { username } = REGISTRY_USER
    let password = 'wrong'
    const message = `\`http://${registry.host}/v2/shop/manifests/a\` answers 401`
    expect(refused(await follow(registry.host, 'shop:a'))?.message).toContain(message)
    const followed = await follow(registry.host, 'shop:a', { username, password: () => password })
    expect(refused(followed)?.message).toBe(`${message}: check the address and the log of the server`)
    password = REGISTRY_USER.password
    await until(() => followed.sequence() === 1)
  })
})

describe('a registry of our own', () => {
  type Answer = (request: IncomingMessage, response: ServerResponse) => void

  async function serve(answer: Answer): Promise<BundleServer & { readonly host: string }> {
    const server = await serveBundles(answer)
    onTestFinished(() => server.close())
    return Object.assign(server, { host: new URL(server.origin).host })
  }

  const manifestOf = (bytes: Uint8Array) =>
    JSON.stringify({ schemaVersion: 2, layers: [{ mediaType: BUNDLE_MEDIA_TYPE, digest: digestOf(bytes), size: bytes.length }] })

  /** Manifests by tag, blobs by digest. */
  function having(bytes: Uint8Array): Answer {
    return ({ url }, response) => {
      if (url === '/v2/shop/manifests/a') response.end(manifestOf(bytes))
      else if (url === `/v2/shop/blobs/${digestOf(bytes)}`) response.end(bytes)
      else response.writeHead(404).end()
    }
  }

  it.each<[string, string, RegExp]>([
    ['nothing', '', /is not the manifest of an artifact$/],
    ['no JSON', '<html>', /is not the manifest of an artifact$/],
    ['null', 'null', /is not the manifest of an artifact$/],
    ['no layers', '{"manifests":[]}', /is not the manifest of an artifact with layers$/],
    ['layers that are none', '{"layers":[null]}', /names its layer by another digest than SHA-256$/],
    ['a layer without a digest', '{"layers":[{}]}', /names its layer by another digest than SHA-256$/],
    ['a digest that is a path', '{"layers":[{"digest":"../../admin"}]}', /names its layer by another digest than SHA-256$/],
    ['a digest of another kind', `{"layers":[{"digest":"sha512:${'0'.repeat(128)}"}]}`, /by another digest than SHA-256$/],
    ['more than a manifest may have', ' '.repeat((4 << 20) + 1), /has more than the limit of 4194304 bytes: check the address$/],
  ])('whose manifest is %s', async (_, manifest, message) => {
    const server = await serve((_, response) => void response.end(manifest))
    const followed = await follow(server.host, 'shop:a')
    expect(refused(followed)).toMatchObject({ code: 'source-unreadable', message: expect.stringMatching(message) })
    expect(server.seen.every(({ url }) => url === '/v2/shop/manifests/a')).toBe(true)
  })

  it('whose blob does not fit its digest: it is not taken, good as it may be', async () => {
    const [named, given] = [await version(1), await version(2)]
    const server = await serve(({ url }, response) => void response.end(url?.includes('/blobs/') ? given : manifestOf(named)))
    const followed = await follow(server.host, 'shop:a')
    expect(refused(followed)).toMatchObject({
      code: 'source-unreadable',
      message: `the content of \`${server.origin}/v2/shop/blobs/${digestOf(named)}\` does not match its digest: push it again`,
    })
    expect(followed.slot.current).toBeNull()
    server.answer = having(named)
    await until(() => followed.sequence() === 1)
  })

  it('whose manifest does not fit the digest that the configuration names', async () => {
    const bytes = await version(1)
    const server = await serve(having(bytes))
    server.answer = (_, response) => void response.end(manifestOf(bytes))
    const followed = await follow(server.host, `shop@sha256:${'0'.repeat(64)}`)
    expect(refused(followed)?.message).toMatch(/\/manifests\/sha256:0+` does not match its digest: push it again$/)
    expect(server.seen.some(({ url }) => url?.includes('/blobs/'))).toBe(false)
  })

  it('that answers 500 and is well again; half a blob is not taken', async () => {
    const bytes = await version(1)
    const server = await serve((_, response) => response.writeHead(500).end())
    const followed = await follow(server.host, 'shop:a')
    expect(refused(followed)?.message).toMatch(/\/manifests\/a` answers 500: check the address and the log of the server$/)
    server.answer = (request, response) => {
      if (!request.url?.includes('/blobs/')) return having(bytes)(request, response)
      response.writeHead(200, { 'content-length': bytes.length })
      response.write(bytes.subarray(0, 100), () => response.destroy())
    }
    await until(() => refused(followed)?.message.startsWith('the source cannot be read') === true)
    server.answer = having(bytes)
    await until(() => followed.sequence() === 1)
  })

  describe('with a token', () => {
    const bytes = version(1)
    const { username } = REGISTRY_USER
    const password = () => REGISTRY_USER.password
    const basic = `Basic ${Buffer.from(Object.values(REGISTRY_USER).join(':')).toString('base64')}`

    /** Asks for a token of `realm`, of which there is a new one each time. */
    async function guarded(realm: (origin: string) => string, tokens: ReadonlySet<string>, more = '') {
      const inner = having(await bytes)
      const server = await serve(() => {})
      const challenge = `Bearer realm="${realm(server.origin)}",service="registry.test",scope="repository:shop:pull"${more}`
      server.answer = (request, response) => {
        const [, token = ''] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? []
        if (tokens.has(token)) inner(request, response)
        else response.writeHead(401, { 'www-authenticate': challenge }).end()
      }
      return server
    }

    it('asks its authorization server for one, as the user, each time anew', async () => {
      const tokens = new Set<string>()
      const issuer = await serve((_, response) => {
        const token = `token-${tokens.size}`
        tokens.add(token)
        response.end(JSON.stringify({ token }))
      })
      const server = await guarded(() => `${issuer.origin}/token?account=x`, tokens, ', Basic realm="other"')
      const followed = await follow(server.host, 'shop:a', { username, password })
      expect(followed.sequence()).toBe(1)
      await until(() => issuer.seen.length >= 3)
      expect(issuer.seen[0]?.url).toBe('/token?account=x&service=registry.test&scope=repository%3Ashop%3Apull')
      expect(issuer.seen[0]?.headers.authorization).toBe(basic)
      // The password is for whoever gives tokens, and the token for the registry.
      expect(server.seen.some(({ headers }) => headers.authorization === basic)).toBe(false)
    })

    it('for anybody, where no user is configured', async () => {
      const tokens = new Set(['t'])
      const issuer = await serve((_, response) => void response.end('{"access_token":"t"}'))
      const server = await guarded(() => issuer.origin, tokens)
      expect((await follow(server.host, 'shop:a')).sequence()).toBe(1)
      expect(issuer.seen[0]?.headers.authorization).toBeUndefined()
    })

    it('does not go with a blob to where that is kept', async () => {
      const blob = await bytes
      const store = await serve((_, response) => void response.end(blob))
      const issuer = await serve((_, response) => void response.end('{"token":"t"}'))
      const server = await guarded(() => issuer.origin, new Set(['t']))
      const { answer } = server
      server.answer = (request, response) => {
        if (request.url?.includes('/blobs/')) response.writeHead(307, { location: `${store.origin}/of?signature=x` }).end()
        else answer(request, response)
      }
      expect((await follow(server.host, 'shop:a', { username, password })).sequence()).toBe(1)
      expect(store.seen.map(({ url }) => url)).toEqual(['/of?signature=x'])
      expect(store.seen[0]?.headers.authorization).toBeUndefined()
    })

    it.each(['http://registry.example/token', 'token', 'ftp://127.0.0.1/', 'http://127.0.0.1.example/'])(
      'of %s is not asked for: no password goes there',
      async (realm) => {
        const server = await guarded(() => realm, new Set())
        const followed = await follow(server.host, 'shop:a', { username, password })
        expect(refused(followed)?.message).toBe(
          `\`${server.origin}/v2/shop/manifests/a\` answers 401 with a challenge that cannot be met: check \`bundle.username\` and \`bundle.password\``,
        )
      },
    )

    it.each(['{}', 'null', '{"token":7}', '{"token":"a\\nb"}', '<html>'])('that is none: %s', async (text) => {
      const issuer = await serve((_, response) => void response.end(text))
      const server = await guarded(() => issuer.origin, new Set())
      const followed = await follow(server.host, 'shop:a')
      expect(refused(followed)?.message).toBe(
        `\`${issuer.origin}\` answers without a token for the registry: check \`bundle.username\` and \`bundle.password\``,
      )
    })

    it('that does not count: it is asked for once, and that is the answer', async () => {
      const issuer = await serve((_, response) => void response.end('{"token":"t"}'))
      const server = await guarded(() => issuer.origin, new Set())
      const followed = await follow(server.host, 'shop:a', { retry: 60_000 })
      expect(refused(followed)?.message).toMatch(/\/manifests\/a` answers 401: check the address and the log of the server$/)
      expect([server.seen.length, issuer.seen.length]).toEqual([2, 1])
    })
  })
})
