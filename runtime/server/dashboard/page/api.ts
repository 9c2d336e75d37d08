/** Why something cannot be shown. */
export type Failure =
  /** Nobody was asked who they are yet. */
  | { readonly kind: 'unknown' }
  /** Nobody was recognized; `detail` in words for whoever has asked. */
  | { readonly kind: 'refused'; readonly detail: string }
  /** The proxy does not answer. */
  | { readonly kind: 'away' }
  | { readonly kind: 'failed'; readonly detail: string }

export class ApiError extends Error {
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.kind)
    this.failure = failure
  }
}

/** Milliseconds. */
const PATIENCE = 15_000

/**
 * Asks the admin API of the origin that this page comes from, and reads alone. The token is in this object and nowhere else:
 * browsers write what they store for a page to disk. Null: a certificate may show who it is.
 */
export class Api {
  readonly #token: string | null

  /** Throws `ApiError` for what cannot be in a header. */
  constructor(token: string | null) {
    if (token !== null && !/^[!-~]+$/.test(token))
      throw new ApiError({ kind: 'refused', detail: 'A token is of visible ASCII characters alone.' })
    this.#token = token
  }

  /** Rejects with `ApiError`. `isHealth`: an answer of 503 says something, too. */
  async get<T>(path: string, isHealth = false): Promise<T> {
    let response: Response
    try {
      response = await fetch(path, {
        headers: this.#token === null ? {} : { authorization: `Bearer ${this.#token}` },
        cache: 'no-store',
        redirect: 'error',
        signal: AbortSignal.timeout(PATIENCE),
      })
    } catch {
      throw new ApiError({ kind: 'away' })
    }
    const body = (await response.json().catch(() => null)) as { readonly detail?: unknown } | null
    if ((response.ok || (isHealth && response.status === 503)) && body !== null) return body as T
    if (response.status === 401 && this.#token === null) throw new ApiError({ kind: 'unknown' })
    const detail = typeof body?.detail === 'string' ? sentence(body.detail) : `The proxy answers ${response.status}.`
    const isRefused = response.status === 401 || response.status === 429 || response.status === 404
    throw new ApiError({ kind: isRefused ? 'refused' : 'failed', detail })
  }
}

/** The API has them as the proxy's log has them. */
function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1).replaceAll('`', '')}.`
}
