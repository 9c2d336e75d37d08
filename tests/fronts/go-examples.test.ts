import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { exampleListener, exampleText } from '../../interop/support/front-example.ts'
import { CLEARED_HEADERS } from '../../runtime/proxy/checks/forward-auth/cleared-headers.ts'
import { CREDENTIALS } from '../../runtime/proxy/checks/replaced-headers.ts'
import { loadConfig } from '../../runtime/server/config/index.ts'

/** What each front must replace by the headers of a permit. `x-tier` is of a rule of the examples' policy. */
const COPIED = [...CREDENTIALS, 'x-iap-assertion', 'x-iap-request-id', 'x-tier'].sort()

const caddy = exampleText('caddy/Caddyfile')
const traefik = { install: exampleText('traefik/traefik.yaml'), routing: exampleText('traefik/dynamic.yaml') }

interface ForwardAuth {
  readonly trustForwardHeader: boolean
  readonly preserveLocationHeader: boolean
  readonly authResponseHeaders: readonly string[]
  readonly forwardBody?: boolean
  readonly maxBodySize?: number
}

interface Router {
  readonly rule: string
  readonly service: string
  readonly middlewares?: readonly string[]
}

const { http } = parse(traefik.routing, { merge: true }) as {
  readonly http: {
    readonly routers: Readonly<Record<string, Router>>
    readonly middlewares: Readonly<
      Record<string, { readonly forwardAuth?: ForwardAuth; readonly headers?: { readonly customRequestHeaders: object } }>
    >
  }
}

describe('Traefik', () => {
  /** The headers that Traefik replaces or removes itself, as no client is trusted. */
  const OWN = ['host', 'method', 'port', 'prefix', 'proto', 'server', 'uri'].map((name) => `x-forwarded-${name}`)

  test('removes each header that clients must not state', () => {
    const removed = Object.entries(http.middlewares['without-claims']?.headers?.customRequestHeaders ?? {})
    const names = removed.filter(([, value]) => value === '').map(([name]) => name.toLowerCase())
    expect(CLEARED_HEADERS.filter((name) => ![...names, ...OWN, 'x-real-ip'].includes(name))).toEqual([])
  })

  test('asks before each router to the service, in the right order', () => {
    for (const { service, middlewares = [], rule } of Object.values(http.routers)) {
      if (service !== 'shop') continue
      const isSocket = rule.includes('Upgrade')
      expect(middlewares.at(-1)).toMatch(/^ask-iap(?:-with-body)?$/)
      expect(middlewares.slice(0, -1)).toEqual(isSocket ? ['without-claims'] : ['without-claims', 'without-upgrade'])
    }
  })

  test.each(['ask-iap', 'ask-iap-with-body'])('%s copies what a permit sets, and trusts no client', (name) => {
    const asks = http.middlewares[name]?.forwardAuth as ForwardAuth
    expect(asks.authResponseHeaders.map((each) => each.toLowerCase()).sort()).toEqual(COPIED)
    expect([asks.trustForwardHeader, asks.preserveLocationHeader]).toEqual([false, true])
    expect(asks.forwardBody === true).toBe(asks.maxBodySize !== undefined)
  })
})

describe('Caddy', () => {
  const snippet = /^\(iap\) \{\n(.*?)^\}/ms.exec(caddy)?.[1] ?? ''
  const lines = snippet.split('\n').map((line) => line.trim())
  const removed = lines.flatMap((line) => /^request_header -(\S+)$/.exec(line)?.[1]?.toLowerCase() ?? [])

  test('removes each header that clients must not state, before it asks', () => {
    const isRemoved = (name: string) =>
      removed.some((each) => (each.endsWith('*') ? name.startsWith(each.slice(0, -1)) : name === each))
    expect(CLEARED_HEADERS.filter((name) => !isRemoved(name))).toEqual([])
    expect(lines.findLastIndex((line) => line.startsWith('request_header'))).toBeLessThan(lines.indexOf('uri /'))
  })

  test('copies what a permit sets', () => {
    const block = /copy_headers \{(.*?)\}/s.exec(snippet)?.[1] ?? ''
    expect(block.trim().toLowerCase().split(/\s+/).sort()).toEqual(COPIED)
  })

  test('asks before the service answers', () => {
    const [, site = ''] = /^http:\/\/shop\.localhost:8000 \{\n(.*?)^\}/ms.exec(caddy) ?? []
    const words = site.split('\n').flatMap((line) => /^\s*(import|reverse_proxy) (.*)/.exec(line)?.slice(1).join(' ') ?? [])
    expect(words).toEqual(['reverse_proxy @pages 127.0.0.1:9000', 'import iap', 'reverse_proxy 127.0.0.1:9002'])
  })
})

test.each(['caddy', 'traefik'])('iap beside %s reads the headers that it sends', (front) => {
  expect(JSON.parse(`{${exampleListener(`${front}/iap.yaml`, {})}}`)).toMatchObject({
    address: '127.0.0.1:9001',
    original: 'x-forwarded',
    clients: [{ address: '127.0.0.1' }],
  })
  const loaded = loadConfig(exampleText(`${front}/iap.yaml`), 'iap.yaml')
  expect(loaded.ok ? [] : loaded.errors.map(({ message }) => message)).toEqual([])
})

test.each([
  ['caddy', [caddy]],
  ['traefik', [traefik.install, traefik.routing]],
])('the first samples of the page about %s are parts of the example', (front, files) => {
  const page = readFileSync(new URL(`../../docs/guides/gateways/${front}.md`, import.meta.url), 'utf8')
  const [before = ''] = page.split('\n## Supported and unsupported')
  const samples = [...before.matchAll(/```(?:yaml|caddyfile)\n(.*?)```/gs)].map(([, sample = '']) => sample)
  const known = new Set([...files, exampleText(`${front}/iap.yaml`)].flatMap(linesOf))
  expect(samples.length).toBeGreaterThan(1)
  expect(samples.flatMap(linesOf).filter((line) => !known.has(line))).toEqual([])
})

/** Lines without comments and white space around. */
function linesOf(text: string): readonly string[] {
  return text.split('\n').map((line) => line.replace(/\s*#.*/, '').trim())
}
