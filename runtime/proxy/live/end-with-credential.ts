import { credentialStatus } from '../../identity/index.ts'
import { tlsConnectionOf } from '../../tls/index.ts'
import { refusalOf, refusedEarly } from '../refusals/refusal.ts'
import { refuse } from '../refusals/refuse.ts'
import type { EndedCode, RequestContext } from '../request-context.ts'
import { detailOf } from '../request-lifecycle.ts'

/**
 * Ends a request whose credential or policy is no longer valid: with an error response or, if the response has begun, by
 * aborting it.
 *
 * @param code the reason
 */
export function endWithCredential(context: RequestContext, code: EndedCode): void {
  context.detail = detailOf(code)
  if (context.answer.headersSent) {
    context.code = code
    abortResponse(context)
  } else if (code === 'policy-changed') {
    refuse(context, refusalOf(code))
  } else {
    refuse(context, refusedEarly(credentialStatus(code), code, detailOf(code), [], false))
  }
}

/**
 * Aborts a response so that it does not look complete. Over HTTP/1.0 this resets the connection, because closing it is the only
 * sign of completion.
 */
export function abortResponse({ answer, incoming }: RequestContext): void {
  const tls = tlsConnectionOf(incoming.socket)
  // Node refuses to reset a TLS socket, so this resets its TCP socket.
  const transport = tls === null ? incoming.socket : tls.transport
  if (incoming.httpVersion === '1.0' && transport?.resetAndDestroy) transport.resetAndDestroy()
  else answer.destroy()
}
