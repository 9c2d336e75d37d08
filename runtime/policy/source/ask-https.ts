import { createHash } from 'node:crypto'
import type { Asked } from './poll-source.ts'
import { readAtMost, refusedBy } from './read-at-most.ts'

export interface HttpsOptions {
  readonly url: string
  /** Sent as a bearer token; read anew each time. */
  readonly token: (() => string) | null
  /** Milliseconds: `Prefer: wait` (RFC 7240, section 4.3). */
  readonly wait: number
}

/**
 * A bundle at a URL, if it is not the one of that tag. The tag is the server's `ETag` (RFC 9110, section 8.8.3), or where it gives none the digest of what it gave. A redirect is not followed: it
 * would lead the token to others, and the address that is configured is the one that operators look at.
 */
export async function askHttps({ url, token, wait }: HttpsOptions, tag: string | null, signal: AbortSignal): Promise<Asked> {
  const known = tag?.startsWith('"') || tag?.startsWith('W/') ? tag : null
  const response = await fetch(url, {
    signal,
    redirect: 'manual',
    // What was kept on the way there would hide a new one.
    headers: {
      accept: 'application/octet-stream, */*;q=0.1',
      'cache-control': 'no-cache',
      ...(known !== null && { 'if-none-match': known }),
      ...(known !== null && wait > 0 && { prefer: `wait=${Math.ceil(wait / 1000)}` }),
      ...(token !== null && { authorization: `Bearer ${token()}` }),
    },
  })
  if (response.status === 304 && known !== null) return { kind: 'same' }
  if (response.status !== 200) throw await refusedBy(response, url)
  const bytes = await readAtMost(response, url)
  const digest = createHash('sha256').update(bytes).digest('base64url')
  const next = response.headers.get('etag') ?? digest
  return next === tag || digest === tag ? { kind: 'same' } : { kind: 'bundle', bytes, tag: next }
}
