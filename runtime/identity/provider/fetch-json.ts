import { decodeUtf8, isObject } from '../../base/values.ts'

const MAX_BYTES = 512 * 1024

/** Error for an issuer that returned no usable response. The message names the URL, which is public. */
export class ProviderProblem extends Error {
  /** HTTP status of the response if it was not 200. `null` if there was no response, or an unusable one with status 200. */
  readonly status: number | null
  /** OAuth error code in the response (RFC 6749, section 5.2), or `null` if there is none. */
  readonly error: string | null
  /**
   * How the connection failed. `reset`: the connection broke, for example because the peer closed an idle connection. `silent`:
   * the server did not accept the connection or did not respond. `null`: the connection did not fail.
   */
  readonly lost: 'reset' | 'silent' | null
  constructor(message: string, more: Partial<Pick<ProviderProblem, 'status' | 'error' | 'lost'>> = {}) {
    super(message)
    this.name = 'ProviderProblem'
    this.status = more.status ?? null
    this.error = more.error ?? null
    this.lost = more.lost ?? null
  }
}

export interface FetchDeps {
  readonly fetch: typeof globalThis.fetch
  /** Milliseconds from the start of the request to the last byte of the response. */
  readonly fetchTimeout: number
}

/** Form, headers and maximum response size in bytes of a POST request. Without it, a GET request is sent. */
export interface FetchRequest {
  readonly form: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
  readonly most: number
}

export interface Fetched {
  readonly text: string
  readonly contentType: string | null
}

/**
 * Fetches a JSON object of at most 512 kB. Redirects are not followed.
 *
 * @throws ProviderProblem if the status is not 200, or the response is late, too large or not a JSON object
 */
export async function fetchJson(url: string, deps: FetchDeps): Promise<Readonly<Record<string, unknown>>> {
  const { text } = await fetchText(url, deps)
  const value = parse(text)
  if (!isObject(value)) throw new ProviderProblem(`\`${url}\` did not answer with a JSON object: check the address`)
  return value
}

/**
 * Fetches a text. Redirects are not followed.
 *
 * @throws ProviderProblem if the status is not 200, or the response is late or too large
 */
export async function fetchText(url: string, deps: FetchDeps, asking?: FetchRequest): Promise<Fetched> {
  const signal = AbortSignal.timeout(deps.fetchTimeout)
  try {
    const response = await deps.fetch(url, {
      signal,
      redirect: 'manual',
      headers: { ...asking?.headers, accept: 'application/json', ...(asking && FORM) },
      ...(asking && { method: 'POST', body: asking.form.toString() }),
    })
    if (response.status !== 200) {
      const error = asking === undefined ? null : errorIn(await readText(url, response, asking.most))
      await response.body?.cancel()
      const why = error === null ? '' : ` (\`${error}\`)`
      throw new ProviderProblem(`\`${url}\` answers ${response.status}${why} instead of 200`, {
        status: response.status,
        error,
      })
    }
    const text = await readText(url, response, asking?.most ?? MAX_BYTES)
    return { text, contentType: response.headers.get('content-type') }
  } catch (error) {
    if (error instanceof ProviderProblem) throw error
    if (signal.aborted)
      throw new ProviderProblem(`\`${url}\` did not answer in time: check the provider and the network`, { lost: 'silent' })
    const why = reason(error)
    throw new ProviderProblem(`\`${url}\` cannot be reached: ${why}`, { lost: RESET.has(why) ? 'reset' : 'silent' })
  }
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const RESET: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])

async function readText(url: string, response: Response, most: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    // Leaving the loop cancels the body.
    if (size > most) throw new ProviderProblem(`\`${url}\` sent a response of more than ${most} bytes: check the address`)
    chunks.push(chunk)
  }
  const text = decodeUtf8(Buffer.concat(chunks))
  if (text === null) throw new ProviderProblem(`\`${url}\` sent a response that is not UTF-8: check the address`)
  return text
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Returns a text if it looks like an error code and cannot be part of a token, otherwise `null`. */
function errorIn(text: string): string | null {
  const { error } = (parse(text) ?? {}) as { readonly error?: unknown }
  return typeof error === 'string' && /^[a-z_]{1,40}$/.test(error) ? error : null
}

/** Returns the reason of an error. Errors of undici say only `fetch failed`; their cause is the reason. */
function reason(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown; message?: unknown } }
  return String(cause?.code ?? cause?.message ?? (error as Error).message)
}
