import { decodeUtf8, isObject } from '../../base/values.ts'

const MAX_BYTES = 512 * 1024

/** Why an issuer gave no answer that counts. Names the URL, which is the operator's or the issuer's. */
export class ProviderProblem extends Error {
  /** Of an answer that was not 200; null: there was none, or it is 200 and no good. */
  readonly status: number | null
  /** What the server calls the mistake (RFC 6749, section 5.2); null: it does not say. */
  readonly error: string | null
  /**
   * `reset`: the connection broke, as an idle one does that the other side has just closed. `silent`: nobody is there, or says
   * nothing.
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
  /** Milliseconds, from the start to the last byte. */
  readonly fetchTimeout: number
}

/** What is asked, beside the URL. Left out: with GET. */
export interface FetchRequest {
  /** Sent with POST. */
  readonly form: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
  /** Bytes of the answer. */
  readonly most: number
}

export interface Fetched {
  readonly text: string
  readonly contentType: string | null
}

/** The JSON object at a URL: 200 and no redirect, at most 512 kB, in time. Throws `ProviderProblem`. */
export async function fetchJson(url: string, deps: FetchDeps): Promise<Readonly<Record<string, unknown>>> {
  const { text } = await fetchText(url, deps)
  const value = parse(text)
  if (!isObject(value)) throw new ProviderProblem(`\`${url}\` does not answer with a JSON object`)
  return value
}

/** What a URL answers: 200 and no redirect, in time. Throws `ProviderProblem`. */
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
      throw new ProviderProblem(`\`${url}\` answers ${response.status}${why}`, { status: response.status, error })
    }
    const text = await readText(url, response, asking?.most ?? MAX_BYTES)
    return { text, contentType: response.headers.get('content-type') }
  } catch (error) {
    if (error instanceof ProviderProblem) throw error
    if (signal.aborted) throw new ProviderProblem(`\`${url}\` does not answer in time`, { lost: 'silent' })
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
    if (size > most) throw new ProviderProblem(`\`${url}\` answers with more than ${most} bytes`)
    chunks.push(chunk)
  }
  const text = decodeUtf8(Buffer.concat(chunks))
  if (text === null) throw new ProviderProblem(`\`${url}\` answers with what is not UTF-8`)
  return text
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** One of the words that servers have for mistakes, and nothing that could be of a token. */
function errorIn(text: string): string | null {
  const { error } = (parse(text) ?? {}) as { readonly error?: unknown }
  return typeof error === 'string' && /^[a-z_]{1,40}$/.test(error) ? error : null
}

/** undici says only `fetch failed`; its cause says why. */
function reason(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown; message?: unknown } }
  return String(cause?.code ?? cause?.message ?? (error as Error).message)
}
