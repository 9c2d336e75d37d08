import { createHash } from 'node:crypto'
import { isLoopback } from '../../base/address.ts'
import { SourceProblem } from './bundle-source.ts'
import type { PollRequest, PollResult } from './poll-source.ts'
import { readAtMost, refusedBy } from './read-at-most.ts'
import type { Reference } from './reference.ts'

export interface RegistryOptions extends Reference {
  readonly username: string | null
  /** Returns the password, which is read for each request; `null` to send none. */
  readonly password: (() => string) | null
}

/** Media type of the layer that holds the bundle. It is not checked if the artifact has only one layer. */
export const BUNDLE_MEDIA_TYPE = 'application/vnd.iap.bundle.v1+gzip'

const MANIFESTS = 'application/vnd.oci.image.manifest.v1+json'
/** Maximum size of an artifact's manifest in bytes (OCI distribution specification: 4 MiB). */
const MOST_MANIFEST = 4 << 20
/** Maximum size of a token response in bytes. */
const MOST_TOKEN = 1 << 16

/**
 * Fetches a bundle from an OCI registry (OCI distribution specification 1.1). Returns that it is unchanged if `tag` is the digest
 * of its current manifest. The registry is not trusted: the bundle's signatures are verified later.
 */
export async function askRegistry(options: RegistryOptions, tag: string | null, { signal }: PollRequest): Promise<PollResult> {
  const session = new Session(options, signal)
  const at = `manifests/${options.reference}`
  const text = await session.get(at, MANIFESTS, MOST_MANIFEST)
  const digest = digestOf(text)
  if (options.reference.startsWith('sha256:') && options.reference !== digest) throw mismatch(session.urlOf(at))
  if (digest === tag) return { kind: 'same', tag }
  const layer = bundleIn(text, session.urlOf(at))
  const blob = `blobs/${layer}`
  const bytes = await session.get(blob, '*/*')
  if (digestOf(bytes) !== layer) throw mismatch(session.urlOf(blob))
  return { kind: 'bundle', bytes, tag: digest }
}

/** Returns the digest of the bundle's layer. */
function bundleIn(manifest: Uint8Array, url: string): string {
  const unfit = (why: string) => new SourceProblem('source-unreadable', `\`${url}\` ${why}`)
  let layers: unknown
  try {
    layers = (JSON.parse(Buffer.from(manifest).toString()) as { layers?: unknown }).layers
  } catch {
    throw unfit('is not the manifest of an artifact')
  }
  if (!Array.isArray(layers)) throw unfit('is not the manifest of an artifact with layers')
  const named = layers.filter((layer) => layer?.mediaType === BUNDLE_MEDIA_TYPE)
  const fit: readonly { readonly digest?: unknown }[] = named.length > 0 ? named : layers
  if (fit.length !== 1) throw unfit(`has no single layer of the type \`${BUNDLE_MEDIA_TYPE}\``)
  const digest = fit[0]?.digest
  if (typeof digest !== 'string' || !/^sha256:[0-9a-f]{64}$/.test(digest))
    throw unfit('names its layer by another digest than SHA-256')
  return digest
}

class Session {
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

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

function mismatch(url: string): SourceProblem {
  return new SourceProblem('source-unreadable', `the content of \`${url}\` does not match its digest: push it again`)
}
