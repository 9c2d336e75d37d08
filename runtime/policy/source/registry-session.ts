import { isLoopback } from '../../base/address.ts'
import { SourceProblem } from './bundle-source.ts'
import { readAtMost, refusedBy } from './read-at-most.ts'
import type { Reference } from './reference.ts'

export interface RegistryOptions extends Reference {
  readonly username: string | null
  /** Returns the password, which is read for each request; `null` to send none. */
  readonly password: (() => string) | null
}

/** Maximum size of a token response in bytes. */
const MOST_TOKEN = 1 << 16

/** Requests to an OCI registry that share the authorization that its challenges ask for. */
export class RegistrySession {
  readonly #options: RegistryOptions
  readonly #signal: AbortSignal
  #authorization: string | null = null

  constructor(options: RegistryOptions, signal: AbortSignal) {
    this.#options = options
    this.#signal = signal
  }

  urlOf(path: string): string {
    return `${this.#options.origin}/v2/${this.#options.repository}/${path}`
  }

  async get(path: string, accept: string, most?: number): Promise<Uint8Array> {
    const url = this.urlOf(path)
    let response = await this.#fetch(url, accept)
    if (response.status === 401 && this.#authorization === null) {
      await response.body?.cancel()
      this.#authorization = await this.#authorize(response.headers.get('www-authenticate') ?? '', url)
      response = await this.#fetch(url, accept)
    }
    if (response.status !== 200) throw await refusedBy(response, url)
    return await readAtMost(response, url, most)
  }

  /** Registries redirect to blobs; fetch drops the authorization for other origins (Fetch, section 4.4). */
  #fetch(url: string, accept: string): Promise<Response> {
    const authorization = this.#authorization
    return fetch(url, { signal: this.#signal, headers: { accept, ...(authorization !== null && { authorization }) } })
  }

  /** Answers a challenge: RFC 7617, or a token of an authorization server (Docker's token specification). */
  async #authorize(challenge: string, url: string): Promise<string> {
    const { username, password } = this.#options
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
        `\`${url}\` answers 401 with a challenge that the proxy cannot meet: check \`bundle.username\` and \`bundle.password\``,
      )
    const asked = new URL(realm)
    for (const name of ['service', 'scope']) {
      const value = parameters.get(name)
      if (value !== undefined) asked.searchParams.set(name, value)
    }
    const response = await fetch(asked, {
      signal: this.#signal,
      redirect: 'manual',
      headers: { accept: 'application/json', ...(basic !== null && { authorization: basic }) },
    })
    if (response.status !== 200) throw await refusedBy(response, realm)
    const token = tokenIn(await readAtMost(response, realm, MOST_TOKEN))
    if (token === null)
      throw new SourceProblem(
        'source-unreadable',
        `\`${realm}\` answers without a token for the registry: check \`bundle.username\` and \`bundle.password\``,
      )
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
