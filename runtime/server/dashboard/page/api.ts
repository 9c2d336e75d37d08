export type Failure =
  | { readonly kind: 'unknown' }
  /** Authentication failed; `detail` is for the user. */
  | { readonly kind: 'refused'; readonly detail: string }
  | { readonly kind: 'away' }
  | { readonly kind: 'failed'; readonly detail: string }

export class ApiError extends Error {
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.kind)
    this.failure = failure
  }
}

const PATIENCE = 15_000

/** A client of the admin API for the dashboard. The token is kept only in this object, because page storage is on disk. */
export class Api {
  readonly #token: string | null

  /**
   * Creates a client of the admin API at the origin of this page.
   *
   * @param token bearer token; `null` to rely on a client certificate
   * @throws ApiError if the token contains characters that a header cannot have
   */
  constructor(token: string | null) {
    if (token !== null && !/^[!-~]+$/.test(token))
      throw new ApiError({ kind: 'refused', detail: 'A token has only visible ASCII characters.' })
    this.#token = token
  }

  /**
   * Requests JSON from the API.
   *
   * @param isHealth whether to accept a response with status 503, which has content too
   * @throws ApiError if the request fails or is refused
   */
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
    const detail = typeof body?.detail === 'string' ? sentence(body.detail) : `The proxy answered ${response.status}.`
    const isRefused = response.status === 401 || response.status === 429 || response.status === 404
    throw new ApiError({ kind: isRefused ? 'refused' : 'failed', detail })
  }
}

/** The API's messages have the form of log messages. */
function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1).replaceAll('`', '')}.`
}
