import { createHash } from 'node:crypto'
import { SourceProblem } from './bundle-source.ts'
import type { PollRequest, PollResult } from './poll-source.ts'
import { readAtMost, refusedBy } from './read-at-most.ts'

export interface HttpsOptions {
  readonly url: string
  /** Sent as a bearer token; read anew each time. */
  readonly token: (() => string) | null
  /** Milliseconds: `Prefer: wait` (RFC 7240, section 4.3). */
  readonly wait: number
}

/**
 * A bundle at a URL, if it is not the one of that tag, which is the digest of what the server gave and its `ETag` (RFC 9110,
 * section 8.8.3), where it has one. A redirect is not followed: it would lead the token to others, and the address that is
 * configured is the one that operators look at.
 */
export async function askHttps({ url, token, wait }: HttpsOptions, tag: string | null, asking: PollRequest): Promise<PollResult> {
  // What stands in a query may be what lets one in: it is not told.
  const [name = ''] = url.split('?')
  const [before, known = ''] = tag?.split(' ') ?? []
  const response = await fetch(url, {
    signal: asking.signal,
    redirect: 'manual',
    headers: {
      accept: 'application/octet-stream, */*;q=0.1',
      // A bundle is compressed; some servers would take its gzip for that of the transfer, which is undone on the way.
      'accept-encoding': 'identity',
      // What was kept on the way there would hide a new one.
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
  // One tag for whatever there is would hide a new one, too: what counts is what came.
  return digest === before ? { kind: 'same', tag: next } : { kind: 'bundle', bytes, tag: next }
}

/** What is none is not sent back. */
function etagOf(response: Response): string {
  const etag = response.headers.get('etag') ?? ''
  return /^(?:W\/)?"[\x21\x23-\x7e]*"$/.test(etag) ? etag : ''
}

/** `fetch` would quote in its complaint what cannot stand in a header. */
function sendable(token: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token
  throw new SourceProblem('source-unreadable', '`bundle.token` holds something that cannot stand in a header')
}
