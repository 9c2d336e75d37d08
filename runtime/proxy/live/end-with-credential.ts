import { credentialStatus } from '../../identity/index.ts'
import { tlsConnectionOf } from '../../tls/index.ts'
import { refusalOf, refusedEarly } from '../refusals/refusal.ts'
import { refuse } from '../refusals/refuse.ts'
import type { EndedCode, RequestContext } from '../request-context.ts'
import { detailOf } from '../request-lifecycle.ts'

/** Ends a response whose credential or policy is no longer valid. `code`: the reason. */
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

/** Aborts a response so that it does not look complete: HTTP/1.0 signals completion only by closing, so this resets. */
export function abortResponse({ answer, incoming }: RequestContext): void {
  const tls = tlsConnectionOf(incoming.socket)
  // Node refuses to reset a TLS socket, so this resets its TCP socket.
  const transport = tls === null ? incoming.socket : tls.transport
  if (incoming.httpVersion === '1.0' && transport?.resetAndDestroy) transport.resetAndDestroy()
  else answer.destroy()
}
