/** Pages of the proxy with the style and the words of a configuration, over the wire. */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { publicJwk } from '../../compiler/bundle/index.ts'
import { checkConfig } from '../../runtime/index.ts'
import { loadConfig } from '../../runtime/server/config/index.ts'
import { compilePolicy, testSigner } from '../support/compile-policy.ts'
import { RawClient, type RawResponse } from '../support/raw-client.ts'
import { startTestProxy, type TestProxy, testPolicy } from '../support/start-test-proxy.ts'

const BROWSER = 'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'

const STYLE = 'h1 { color: rebeccapurple }\r\n@media (width < 40rem) { main { margin: 0 } }\r\n'
const TEXTS = `
lang: ar
labels: { advice: "<b>", status: "Zustand & Code" }
note: "Ask \`help@shop\` <script>alert(1)</script>"
errors:
  denied: { title: 'Kein "Zugang"', advice: "</style></main>" }
  dot-segment: { detail: Eine krumme Adresse. }
`

async function ask(proxy: TestProxy, target: string, lines: readonly string[] = [BROWSER], method = 'GET'): Promise<RawResponse> {
  const c = new RawClient(proxy.port)
  c.send(`${method} ${target} HTTP/1.1\nHost: app.test\n${lines.map((line) => `${line}\n`).join('')}\n`)
  const response = await c.response(method === 'HEAD')
  c.close()
  return response
}

describe('replaced', () => {
  let app: TestProxy
  beforeAll(async () => {
    app = await startTestProxy(['http://127.0.0.1:1'], {
      more: 'pages: { style: ./style.css, texts: ./texts.yaml }',
      files: { 'style.css': STYLE, 'texts.yaml': TEXTS },
    })
  })
  afterAll(() => app?.close())

  test('words are the configuration’s, and text whatever they hold', async () => {
    const { status, body } = await ask(app, '/tenant', [BROWSER, 'X-Tenant: evil'])
    expect(status).toBe(403)
    expect(body).toContain('<html lang="ar" dir="rtl">')
    expect(body).toContain('<title>Kein &#34;Zugang&#34;</title>')
    expect(body).toContain('<h1>Kein &#34;Zugang&#34;</h1>')
    // What is left out stays.
    expect(body).toContain('<p>The access policy does not allow this request.</p>')
    expect(body).toContain('<p class="because">Not &#60;this&#62; tenant.</p>')
    expect(body).toContain('<h2>&#60;b&#62;</h2>\n<p>&#60;/style&#62;&#60;/main&#62;</p>')
    expect(body).toContain('<p class="note">Ask <code>help@shop</code> &#60;script&#62;alert(1)&#60;/script&#62;</p>')
    expect(body).toContain('<dt>Request ID</dt>')
    expect(body).toContain('<dt>Zustand &#38; Code</dt><dd>403 <code>denied</code></dd>')
    // The one script is the proxy's own.
    expect(body.replace(/<script>[^<]*<\/script>\n<\/main>/, '')).not.toMatch(/<script|<b>/)
  })

  test('of requests that have no canonical form, too', async () => {
    expect((await ask(app, '/open/../x')).get('content-type')).toBe('application/problem+json')
    const { body, status } = await ask(app, '/users/x', [BROWSER, 'Authorization: Basic x'])
    expect([status, body.includes('<html lang="ar" dir="rtl">')]).toEqual([401, true])
  })

  test('programs are told what they always are', async () => {
    const { body } = await ask(app, '/tenant', ['X-Tenant: evil'])
    expect(JSON.parse(body)).toMatchObject({ title: 'Access denied', because: 'Not <this> tenant.' })
  })

  test('the style is one with which browsers find the hash that allows it', async () => {
    const { body, get } = await ask(app, '/users/x')
    const style = /<style>([\s\S]*)<\/style>/.exec(body)?.[1] ?? ''
    expect(style).toBe(STYLE.replaceAll('\r', ''))
    const script = /<script>([\s\S]*)<\/script>/.exec(body)?.[1] ?? ''
    const hash = (text: string) => createHash('sha256').update(text).digest('base64')
    expect(get('content-security-policy')).toBe(
      `default-src 'none'; style-src 'sha256-${hash(style)}'; script-src 'sha256-${hash(script)}'; frame-ancestors 'none'; ` +
        `base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'; form-action 'none'`,
    )
    expect((await ask(app, '/.well-known/iap/errors')).body).toContain('rebeccapurple')
  })
})

describe('every page', () => {
  let app: TestProxy
  beforeAll(async () => {
    app = await startTestProxy(['http://127.0.0.1:1'])
  })
  afterAll(() => app?.close())

  test.each([
    ['/users/x', [BROWSER], 401],
    ['/nowhere', [BROWSER], 403],
    ['/tenant', [BROWSER, 'X-Tenant: evil'], 403],
    ['/open/x', [BROWSER], 502],
    ['/open/x', [BROWSER, 'Expect: y'], 417],
    ['/.well-known/iap/x', [BROWSER], 404],
  ])('%s %j: %i, and cannot be framed, cached, sniffed or told on', async (target, lines, status) => {
    const { body, get, ...answer } = await ask(app, target, lines)
    expect(answer.status).toBe(status)
    expect(get('content-type')).toBe('text/html; charset=utf-8')
    expect(get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[^';]+'; script-src 'sha256-[^';]+'; frame-ancestors 'none';/,
    )
    expect([get('cache-control'), get('x-content-type-options'), get('referrer-policy'), get('vary')]).toEqual([
      'no-store',
      'nosniff',
      'no-referrer',
      'Accept',
    ])
    expect(body).toContain(`<code class="request-id">${get('x-iap-request-id')}</code>`)
    expect(body).toContain(`<code>${get('x-iap-error')}</code>`)
  })

  test('what a client sends is in none', async () => {
    const { body } = await ask(app, '/nowhere/%3Cmark%3E?mark', [BROWSER, 'X-Request-Id: mark', 'Referer: https://mark.example/'])
    expect(body).not.toContain('mark>')
    expect(body).not.toContain('?mark')
    expect(body).not.toContain('mark.example')
  })
})

describe('files that do not do are told with their place, at the start and by --check', () => {
  const folderWith = async (files: Readonly<Record<string, string | Buffer>>, pages: string) => {
    const folder = mkdtempSync(join(tmpdir(), 'iap-pages-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
    writeFileSync(join(folder, 'policy.iapb'), await compilePolicy(testPolicy, { signers: [testSigner] }))
    writeFileSync(join(folder, 'key.json'), JSON.stringify(publicJwk(testSigner)))
    const text = `listeners: [{ address: "127.0.0.1:0" }]
bundle: { source: ./policy.iapb, keys: [./key.json], state: ./state }
identities: { user: { issuer: "https://id.example", audience: a, algorithms: [ES256] } }
services: { app: { upstreams: ["http://127.0.0.1:1"] } }
${pages}`
    const loaded = loadConfig(text, join(folder, 'iap.yaml'))
    if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join())
    return { folder, problems: (await checkConfig(loaded.config)).map(({ message }) => message.replaceAll(`${folder}/`, '')) }
  }

  test.each<[string, string | Buffer, RegExp]>([
    ['one that ends the element', 'a {}\nb { content: "</STYLE><script>" }', /^style\.css:2:15: `<\/` is not allowed/],
    ['one that loads a sheet', '@import "x.css";', /^style\.css:1:1: `@import` and `url\(\)` are not allowed/],
    ['one that loads a picture', 'a {\n  background: url(x)\n}', /^style\.css:2:15: `@import` and `url\(\)` are not allowed/],
    [
      'one with a control character',
      'a { content: "\u0000" }',
      /^style\.css:1:15: pages must not contain control characters: remove this one/,
    ],
    ['one that is not UTF-8', Buffer.from([0x61, 0xff]), /^iap\.yaml:5:10: `style\.css` is not UTF-8/],
    ['one that is too large', ' '.repeat(65_537), /^iap\.yaml:5:10: `style\.css` is larger than 65536 bytes/],
  ])('style: %s', async (_, content, message) => {
    const { problems } = await folderWith({ 'style.css': content }, 'pages: { style: ./style.css }')
    expect(problems).toEqual([expect.stringMatching(message)])
  })

  test.each<[string, string, readonly RegExp[]]>([
    ['no YAML', 'a: [', [/^texts\.yaml:1:\d+: this is not YAML/]],
    ['a list', '- a', [/^texts\.yaml:1:1: the file must be an object/]],
    ['a language that is none', 'lang: "de\\" onload=\\""', [/^texts\.yaml:1:7: `lang` must be a language/]],
    [
      'mistyped keys',
      'errors:\n  denyed: { title: x }\nlabel: {}',
      [
        /^texts\.yaml:2:3: unknown key `denyed` in `errors`: did you mean `denied`\?/,
        /^texts\.yaml:3:1: unknown key `label` in the file: did you mean `labels`\?/,
      ],
    ],
    [
      'what is no text',
      'errors: { denied: { title: 7, detail: "", more: x } }',
      [
        /^texts\.yaml:1:28: `errors\.denied\.title` must be a text/,
        /^texts\.yaml:1:39: `errors\.denied\.detail` must be a text/,
        /^texts\.yaml:1:43: unknown key `more` in `errors\.denied`/,
      ],
    ],
    ['what every object has', 'errors: { constructor: { title: x } }', [/unknown key `constructor` in `errors`/]],
    ['a control character', 'note: "a\\u0007"', [/^texts\.yaml:1:7: `note` has a control character/]],
    ['a key that stands twice', 'note: a\nnote: b', [/^texts\.yaml:2:1: this key is repeated/]],
  ])('texts: %s', async (_, content, messages) => {
    const { problems } = await folderWith({ 'texts.yaml': content }, 'pages: { texts: ./texts.yaml }')
    expect(problems).toEqual(messages.map((message) => expect.stringMatching(message)))
  })

  test('one that is not there', async () => {
    const { problems } = await folderWith({}, 'pages:\n  style: ./none.css')
    expect(problems).toEqual([expect.stringMatching(/^iap\.yaml:6:3: `none\.css` cannot be read/)])
  })

  test('and the proxy does not start', async () => {
    const starting = startTestProxy(['http://127.0.0.1:1'], { more: 'pages: { texts: ./t.yaml }', files: { 't.yaml': 'x: y' } })
    await expect(starting).rejects.toThrow(/t\.yaml:1:1: unknown key `x`/)
  })
})
