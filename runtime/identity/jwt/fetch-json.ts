const MAX_BYTES = 512 * 1024

/** Why an issuer gave no answer that counts. Names the URL, which is the operator's or the issuer's. */
export class ProviderProblem extends Error {
  /** Of an answer that was not 200. */
  readonly status: number | null
  constructor(message: string, status: number | null = null) {
    super(message)
    this.name = 'ProviderProblem'
    this.status = status
  }
}

export interface FetchDeps {
  readonly fetch: typeof globalThis.fetch
  /** Milliseconds, from the start to the last byte. */
  readonly fetchTimeout: number
}

/** The JSON object at a URL: 200 and no redirect, at most 512 kB, in time. Throws `ProviderProblem`. */
export async function fetchJson(url: string, deps: FetchDeps): Promise<Readonly<Record<string, unknown>>> {
  const signal = AbortSignal.timeout(deps.fetchTimeout)
  let text: string
  try {
    const response = await deps.fetch(url, { signal, redirect: 'manual', headers: { accept: 'application/json' } })
    if (response.status !== 200) {
      await response.body?.cancel()
      throw new ProviderProblem(`\`${url}\` answers ${response.status}`, response.status)
    }
    text = await readText(url, response)
  } catch (error) {
    if (error instanceof ProviderProblem) throw error
    throw new ProviderProblem(
      signal.aborted ? `\`${url}\` does not answer in time` : `\`${url}\` cannot be reached: ${reason(error)}`,
    )
  }
  const value = parse(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ProviderProblem(`\`${url}\` does not answer with a JSON object`)
  return value as Readonly<Record<string, unknown>>
}

async function readText(url: string, response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    // Leaving the loop cancels the body.
    if (size > MAX_BYTES) throw new ProviderProblem(`\`${url}\` answers with more than ${MAX_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** undici says only `fetch failed`; its cause says why. */
function reason(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown; message?: unknown } }
  return String(cause?.code ?? cause?.message ?? (error as Error).message)
}
