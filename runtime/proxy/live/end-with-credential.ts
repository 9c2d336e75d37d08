import { tlsConnectionOf } from '../../tls/index.ts'
import { refusalOf, refusedEarly } from '../refusals/refusal.ts'
import { refuse } from '../refusals/refuse.ts'
import { detailOf, type EndedCode, type RequestContext } from '../request-context.ts'

/** An answer ends with what it was permitted by. `code`: what has become of that. */
export function endWithCredential(exchange: RequestContext, code: EndedCode): void {
  exchange.detail = detailOf(code)
  if (exchange.answer.headersSent) {
    exchange.code = code
    abortResponse(exchange)
  } else if (code === 'policy-changed') {
    refuse(exchange, refusalOf(code))
  } else {
    refuse(exchange, refusedEarly(code.endsWith('-unavailable') ? 503 : 401, code, detailOf(code), [], false))
  }
}

/** An answer that ends too soon must not look whole: HTTP/1.0 has only the connection's end to tell by, so that is a reset. */
export function abortResponse({ answer, incoming }: RequestContext): void {
  const tls = tlsConnectionOf(incoming.socket)
  // It is TCP that is reset, and Node refuses to do it from above.
  const transport = tls === null ? incoming.socket : tls.transport
  if (incoming.httpVersion === '1.0' && transport?.resetAndDestroy) transport.resetAndDestroy()
  else answer.destroy()
}
