import { Agent, type IncomingHttpHeaders, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'

/** What came back, without following anything. */
export interface Page {
  readonly url: URL
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly location: string | null
}

export interface Sending {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** A form. */
  readonly form?: Readonly<Record<string, string>>
}

/** PEM. */
interface Certificate {
  readonly cert: string
  readonly key: string
}

interface Cookie {
  readonly name: string
  readonly value: string
  readonly host: string
  readonly path: string
  readonly secure: boolean
}

/** As a browser asks for a page in its window. */
export const NAVIGATION = {
  accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
  'sec-fetch-site': 'none',
} as const

/**
 * As little of a browser as signing in needs: cookies by the rules of RFC 6265bis, redirects, forms. Every host is this machine, and every request has a connection of its own, so that workers
 * take turns.
 */
export class CookieClient {
  readonly #cookies: Cookie[] = []
  readonly #certificate: Certificate | undefined
  readonly #trustsLoopback: boolean

  /** @param trustsLoopback whether names of this machine are as good as TLS for `Secure` cookies, as browsers have it */
  constructor(certificate?: Certificate, trustsLoopback = false) {
    this.#certificate = certificate
    this.#trustsLoopback = trustsLoopback
  }

  /** The cookies that go to an address: `a=1; b=2`. */
  cookiesFor(address: string): string {
    const url = new URL(address)
    return this.#cookies
      .filter(
        ({ host, path, secure }) => host === url.hostname && url.pathname.startsWith(path) && (!secure || this.#isSecure(url)),
      )
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
  }

  /** The value of a cookie; undefined where there is none. */
  cookie(name: string): string | undefined {
    return this.#cookies.find((one) => one.name === name)?.value
  }

  get names(): readonly string[] {
    return this.#cookies.map(({ name }) => name)
  }

  set(host: string, name: string, value: string, secure = false): void {
    this.#keep({ name, value, host, path: '/', secure })
  }

  /** Forgets one; undefined: all. */
  forget(name?: string): void {
    for (let i = this.#cookies.length - 1; i >= 0; i--)
      if (name === undefined || this.#cookies[i]?.name === name) this.#cookies.splice(i, 1)
  }

  async send(address: string, { method, headers = {}, form }: Sending = {}): Promise<Page> {
    const url = new URL(address)
    const body = form === undefined ? '' : new URLSearchParams(form).toString()
    // `SameSite=Lax`, as the proxy's are: a form of another site brings none (RFC 6265bis, section 5.8.3).
    const isForeignForm = form !== undefined && headers['sec-fetch-site'] === 'cross-site'
    const cookie = isForeignForm ? '' : this.cookiesFor(address)
    const secure = url.protocol === 'https:'
    const sent = {
      host: '127.0.0.1',
      port: url.port || (secure ? 443 : 80),
      method: method ?? (form === undefined ? 'GET' : 'POST'),
      path: url.pathname + url.search,
      headers: {
        host: url.host,
        connection: 'close',
        ...(cookie !== '' && { cookie }),
        ...(form !== undefined && {
          'content-type': 'application/x-www-form-urlencoded',
          'content-length': String(Buffer.byteLength(body)),
        }),
        ...headers,
      },
    }
    const tls = {
      servername: url.hostname,
      rejectUnauthorized: false,
      cert: this.#certificate?.cert,
      key: this.#certificate?.key,
    }
    return await new Promise<Page>((resolve, reject) => {
      const outgoing = secure
        ? requestHttps({ ...sent, ...tls, agent: false })
        : requestHttp({ ...sent, agent: new Agent({ keepAlive: false }) })
      outgoing.on('error', reject)
      outgoing.on('response', (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk) => {
          text += chunk
        })
        response.on('error', reject)
        response.on('end', () => {
          for (const line of response.headers['set-cookie'] ?? []) this.#take(url, line)
          const location = response.headers.location
          resolve({
            url,
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: text,
            location: location === undefined ? null : new URL(location, url).href,
          })
        })
      })
      outgoing.end(body)
    })
  }

  /** As the window goes: through redirects, and through pages that lead on by themselves. */
  async open(address: string, sending: Sending = {}): Promise<Page> {
    let page = await this.send(address, { ...sending, headers: { ...NAVIGATION, ...sending.headers } })
    for (let hops = 0; hops < 20; hops++) {
      const next = page.location ?? refreshIn(page)
      if (next === null) return page
      page = await this.send(next, { headers: NAVIGATION })
    }
    throw new Error(`it goes on and on, now at ${page.url.href}`)
  }

  /** Sends the form of a page as a person would. */
  async submit(page: Page, fields: Readonly<Record<string, string>> = {}): Promise<Page> {
    const [, tag = '', inner = ''] = /<form([^>]*)>([\s\S]*?)<\/form>/.exec(page.body) ?? []
    const action = unescaped(/action="([^"]*)"/.exec(tag)?.[1] ?? page.url.href)
    const hidden = [...inner.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([input]) => [
      unescaped(/name="([^"]*)"/.exec(input)?.[1] ?? ''),
      unescaped(/value="([^"]*)"/.exec(input)?.[1] ?? ''),
    ])
    const target = new URL(action, page.url)
    const site = target.origin === page.url.origin ? 'same-origin' : 'cross-site'
    return await this.open(target.href, {
      form: { ...Object.fromEntries(hidden), ...fields },
      headers: { origin: page.url.origin, 'sec-fetch-site': site },
    })
  }

  #isSecure({ protocol, hostname }: URL): boolean {
    return protocol === 'https:' || (this.#trustsLoopback && /^(?:.*\.)?localhost$/.test(hostname))
  }

  #take(url: URL, line: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
    const at = pair.indexOf('=')
    const name = pair.slice(0, at)
    const known = new Map(attributes.map((text) => [text.split('=')[0]?.toLowerCase(), text.split('=')[1] ?? '']))
    const secure = known.has('secure')
    if (secure && !this.#isSecure(url)) return
    if (name.startsWith('__Host-') && (!secure || known.has('domain') || known.get('path') !== '/')) return
    this.#keep({ name, value: pair.slice(at + 1), host: url.hostname, path: known.get('path') || '/', secure })
    const isOver =
      Number(known.get('max-age') ?? 1) <= 0 ||
      (known.has('expires') && Date.parse(line.match(/expires=([^;]*)/i)?.[1] ?? '') < Date.now())
    if (isOver) this.#drop(name, url.hostname, known.get('path') || '/')
  }

  #keep(cookie: Cookie): void {
    this.#drop(cookie.name, cookie.host, cookie.path)
    this.#cookies.push(cookie)
  }

  #drop(name: string, host: string, path: string): void {
    const at = this.#cookies.findIndex((one) => one.name === name && one.host === host && one.path === path)
    if (at !== -1) this.#cookies.splice(at, 1)
  }
}

function refreshIn({ body, url }: Page): string | null {
  const found = /<meta http-equiv="refresh" content="0; url=([^"]*)">/.exec(body)
  return found === null ? null : new URL(unescaped(found[1] ?? ''), url).href
}

function unescaped(text: string): string {
  return text
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replace(/&amp;/g, '&')
    .replace(/&quot;/g, '"')
}
