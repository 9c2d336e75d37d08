import { discover, endpointIn, type Metadata } from './discover.ts'
import { type Fetched, fetchText, ProviderProblem } from './fetch-json.ts'
import type { OAuthClient } from './oauth-client.ts'

/** Milliseconds until metadata is fetched again. */
const METADATA = 3_600_000

export interface ClientEndpointDeps {
  /** Milliseconds to wait for one response. */
  readonly fetchTimeout: number
  readonly monotonic: () => number
}

interface KnownEndpoint {
  readonly url: string
  /** Client authentication methods that the server supports, or `null` if its metadata list none. */
  readonly methods: readonly string[] | null
  readonly at: number
}

export class ClientEndpoint {
  readonly #issuer: string
  readonly #name: string
  readonly #client: OAuthClient
  readonly #deps: ClientEndpointDeps
  readonly #configured: KnownEndpoint | null
  #known: KnownEndpoint | null = null
  #looking: Promise<KnownEndpoint> | null = null

  /**
   * Creates an endpoint of an authorization server, to which the proxy sends requests as an OAuth client.
   *
   * @param name name of the endpoint in the metadata, such as `token_endpoint`
   * @param url configured URL, or `null` to take it from the metadata
   */
  constructor(issuer: string, name: string, url: string | null, client: OAuthClient, deps: ClientEndpointDeps) {
    this.#issuer = issuer
    this.#name = name
    this.#client = client
    this.#deps = deps
    this.#configured = url === null ? null : { url, methods: null, at: 0 }
  }

  /**
   * Sends a form with the credentials of the proxy. If the connection is lost, the request is sent once more, so it must be
   * idempotent.
   *
   * @param most maximum size of the response in bytes
   * @throws ProviderProblem if there is no usable response
   */
  async ask(form: URLSearchParams, most: number): Promise<Fetched & { readonly url: string }> {
    const endpoint = this.#configured ?? (await this.#find())
    try {
      return await this.#post(endpoint, form, most)
    } catch (error) {
      if (error instanceof ProviderProblem && error.lost === 'reset') return await this.#post(endpoint, form, most)
      throw error
    }
  }

  /** Drops the cached metadata of the server, so that the next request looks up the URL again. */
  forget(): void {
    this.#known = null
  }

  async #post(
    { url, methods }: KnownEndpoint,
    question: URLSearchParams,
    most: number,
  ): Promise<Fetched & { readonly url: string }> {
    const form = new URLSearchParams(question)
    const headers = await this.#client.authenticate(form, { issuer: this.#issuer, methods })
    const { fetchTimeout } = this.#deps
    return { url, ...(await fetchText(url, { fetch: this.#client.fetch, fetchTimeout }, { form, headers, most })) }
  }

  #find(): KnownEndpoint | Promise<KnownEndpoint> {
    if (this.#known !== null && this.#deps.monotonic() - this.#known.at < METADATA) return this.#known
    this.#looking ??= this.#discover().finally(() => {
      this.#looking = null
    })
    return this.#looking
  }

  async #discover(): Promise<KnownEndpoint> {
    const name = this.#name
    const { fetchTimeout, monotonic } = this.#deps
    const metadata = await discover(this.#issuer, { fetch: this.#client.fetch, fetchTimeout })
    const { mtls_endpoint_aliases: aliases, token_endpoint_auth_methods_supported: usual } = metadata
    // Without its own list, the endpoint probably takes the token endpoint's methods.
    const { [`${name}_auth_methods_supported`]: methods = usual } = metadata
    const own = this.#client.mutualTls && typeof aliases === 'object' && aliases !== null && name in aliases
    this.#known = {
      url: endpointIn(own ? (aliases as Metadata) : metadata, name, this.#issuer),
      methods: Array.isArray(methods) ? methods.filter((method) => typeof method === 'string') : null,
      at: monotonic(),
    }
    return this.#known
  }
}
