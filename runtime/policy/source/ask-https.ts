import { createHash } from 'node:crypto'
import { SourceProblem } from './bundle-source.ts'
import type { PollRequest, PollResult } from './poll-source.ts'
import { readAtMost, refusedBy } from './read-at-most.ts'

export interface HttpsOptions {
  readonly url: string
  /** Returns the bearer token, which is read for each request; `null` to send none. */
  readonly token: (() => string) | null
  /** Milliseconds for which the server may hold a request, sent as `Prefer: wait` (RFC 7240, section 4.3). */
  readonly wait: number
}

/**
 * Fetches a bundle unless it still has the tag, which is its digest and `ETag` (RFC 9110, section 8.8.3). Refuses redirects,
 * which would disclose the token.
 */
export async function askHttps({ url, token, wait }: HttpsOptions, tag: string | null, asking: PollRequest): Promise<PollResult> {
  // The query may hold a credential, so it is not reported.
  const [name = ''] = url.split('?')
  const [before, known = ''] = tag?.split(' ') ?? []
  const { fetch = globalThis.fetch } = asking
  const response = await fetch(url, {
    signal: asking.signal,
    redirect: 'manual',
    headers: {
      accept: 'application/octet-stream, */*;q=0.1',
      // Some servers would declare the bundle's gzip as a transfer encoding, which is decoded on the way.
      'accept-encoding': 'identity',
      // A cached response would hide a new bundle.
      'cache-control': 'no-cache',
      ...(known !== '' && { 'if-none-match': known }),
      ...(known !== '' && wait > 0 && { prefer: `wait=${Math.ceil(wait / 1000)}` }),
      ...(token !== null && { authorization: `Bearer ${sendable(token())}` }),
    },
  })
  asking.onAnswer()
  if (response.status === 304 && tag !== null && known !== '') {
    await response.body?.cancel()
    return { kind: 'same', tag }
  }
  if (response.status !== 200) throw await refusedBy(response, name)
  const bytes = await readAtMost(response, name)
  const digest = createHash('sha256').update(bytes).digest('base64url')
  const next = `${digest} ${etagOf(response)}`
  // A constant tag must not hide a new bundle either.
  return digest === before ? { kind: 'same', tag: next } : { kind: 'bundle', bytes, tag: next }
}

/** Returns the `ETag` of a response, or an empty text if it is absent or invalid. */
function etagOf(response: Response): string {
  const etag = response.headers.get('etag') ?? ''
  return /^(?:W\/)?"[\x21\x23-\x7e]*"$/.test(etag) ? etag : ''
}

/**
 * Returns a bearer token unchanged. Without this check, the error of `fetch` would quote an invalid one.
 *
 * @throws SourceProblem if a header cannot hold the token
 */
function sendable(token: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token
  throw new SourceProblem(
    'source-unreadable',
    '`bundle.token` contains characters that a header must not have: expected visible ASCII without spaces or line breaks',
  )
}
