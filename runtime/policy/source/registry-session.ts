import { isLoopback } from '../../base/address.ts'
import { SourceProblem } from './bundle-source.ts'
import { readAtMost, refusedBy } from './read-at-most.ts'
import type { Reference } from './reference.ts'

export interface RegistryOptions extends Reference {
  readonly username: string | null
  /** Returns the password, which is read for each request; `null` to send none. */
  readonly password: (() => string) | null
  /** The names of the two settings in messages; default: those of the configuration. */
  readonly settings?: string
  /** Whether a challenge is answered again after one was, as writing needs another token than reading. */
  readonly renews?: boolean
}

/** Maximum size of a token response in bytes. */
const MOST_TOKEN = 1 << 16

/** Requests to an OCI registry that share the authorization that its challenges ask for. */
export class RegistrySession {
  readonly #options: RegistryOptions
  readonly #signal: AbortSignal
  readonly #fetch: typeof globalThis.fetch
  #authorization: string | null = null

  constructor(options: RegistryOptions, signal: AbortSignal, fetch: typeof globalThis.fetch = globalThis.fetch) {
    this.#options = options
    this.#signal = signal
    this.#fetch = fetch
  }

  urlOf(path: string): string {
    return `${this.#options.origin}/v2/${this.#options.repository}/${path}`
  }

  /** @throws SourceProblem if the registry does not answer 200, or with more than `most` bytes */
  async get(path: string, accept: string, most?: number): Promise<Uint8Array> {
    const url = this.urlOf(path)
    // Registries redirect to blobs; fetch drops the authorization for other origins (Fetch, section 4.4).
    const response = await this.send(url, { headers: { accept } })
    if (response.status !== 200) throw await refusedBy(response, url)
    return await readAtMost(response, url, most)
  }

  /**
   * Sends a request to the registry, again with the authorization that a challenge asks for. Returns the response whatever its
   * status. The credentials are sent to the origin of the registry only.
   *
   * @throws SourceProblem if the challenge cannot be met, and errors of the network
   */
  async send(url: string, init: RequestInit): Promise<Response> {
    const isOwn = new URL(url).origin === new URL(this.#options.origin).origin
    const ask = () => {
      const headers = new Headers(init.headers)
      if (isOwn && this.#authorization !== null) headers.set('authorization', this.#authorization)
      return this.#fetch(url, { ...init, signal: this.#signal, headers })
    }
    const used = this.#authorization
    const response = await ask()
    // A token for reading is not one for writing: another challenge may follow.
    if (response.status !== 401 || !isOwn || (used !== null && !this.#options.renews)) return response
    await response.body?.cancel()
    this.#authorization = await this.#authorize(response.headers.get('www-authenticate') ?? '', url)
    return await ask()
  }

  /** Answers a challenge: RFC 7617, or a token of an authorization server (Docker's token specification). */
  async #authorize(challenge: string, url: string): Promise<string> {
    const { username, password, settings = '`bundle.username` and `bundle.password`' } = this.#options
    const basic =
      username !== null && password !== null ? `Basic ${Buffer.from(`${username}:${password()}`).toString('base64')}` : null
    if (/^basic\b/i.test(challenge) && basic !== null) return basic
    // The first of several challenges.
    const found = [...challenge.matchAll(/(\w+)="([^"]*)"/g)].reverse()
    const parameters = new Map(found.map(([, name, value]) => [name?.toLowerCase(), value as string]))
    const realm = parameters.get('realm')
    if (!/^bearer\b/i.test(challenge) || realm === undefined || !isSafe(realm, this.#options.origin))
      throw new SourceProblem(
        'source-unreadable',
        `\`${url}\` answers 401 with a challenge that cannot be met: check ${settings}`,
      )
    const asked = new URL(realm)
    for (const name of ['service', 'scope']) {
      const value = parameters.get(name)
      if (value !== undefined) asked.searchParams.set(name, value)
    }
    const response = await this.#fetch(asked, {
      signal: this.#signal,
      redirect: 'manual',
      headers: { accept: 'application/json', ...(basic !== null && { authorization: basic }) },
    })
    if (response.status !== 200) throw await refusedBy(response, realm)
    const token = tokenIn(await readAtMost(response, realm, MOST_TOKEN))
    if (token === null)
      throw new SourceProblem('source-unreadable', `\`${realm}\` answers without a token for the registry: check ${settings}`)
    return `Bearer ${token}`
  }
}

/**
 * Returns whether a password may be sent to a token server: over TLS only, or without TLS on this machine for a registry on it.
 */
function isSafe(realm: string, origin: string): boolean {
  if (!URL.canParse(realm)) return false
  const { protocol, hostname } = new URL(realm)
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname) && origin.startsWith('http:'))
}

function tokenIn(bytes: Uint8Array): string | null {
  try {
    const { token, access_token: other } = JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>
    const found = token ?? other
    return typeof found === 'string' && /^[\x21-\x7e]+$/.test(found) ? found : null
  } catch {
    return null
  }
}
