import { tlsConnectionOf } from '../tls/index.ts'
import type { RequestContext } from './request-context.ts'

/** An answer that ends too soon must not look whole: HTTP/1.0 has only the connection's end to tell by, so that is a reset. */
export function abortResponse({ answer, incoming }: RequestContext): void {
  const tls = tlsConnectionOf(incoming.socket)
  // It is TCP that is reset, and Node refuses to do it from above.
  const transport = tls === null ? incoming.socket : tls.transport
  if (incoming.httpVersion === '1.0' && transport?.resetAndDestroy) transport.resetAndDestroy()
  else answer.destroy()
}
