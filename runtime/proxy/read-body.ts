import { continuesOf } from './request-body.ts'
import type { RequestContext } from './request-context.ts'

export type BodyBytes =
  | { readonly kind: 'read'; readonly bytes: Buffer }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'gone' }

/**
 * Reads a whole request body before it is forwarded. Keeps at most `limit` bytes. If `Content-Length` is larger, reads nothing.
 */
export function readBody(context: RequestContext, limit: number): Promise<BodyBytes> {
  const { incoming } = context
  if (Number(incoming.headers['content-length'] ?? 0) > limit) return Promise.resolve({ kind: 'too-large' })
  continuesOf(context)?.writeContinue()
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let length = 0
    const onData = (chunk: Buffer) => {
      length += chunk.length
      if (length > limit) settle({ kind: 'too-large' })
      else chunks.push(chunk)
    }
    const onEnd = () => settle({ kind: 'read', bytes: chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks) })
    const onClose = () => settle({ kind: 'gone' })
    function settle(result: BodyBytes): void {
      incoming.off('data', onData).off('end', onEnd).off('close', onClose)
      if (result.kind !== 'read') incoming.pause()
      resolve(result)
    }
    incoming.on('data', onData).on('end', onEnd).on('close', onClose)
  })
}

/** Decodes UTF-8; returns `null` if it is invalid. A byte order mark is kept, because it makes JSON invalid. */
export function textOf(bytes: Buffer): string | null {
  try {
    return utf8.decode(bytes)
  } catch {
    return null
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
