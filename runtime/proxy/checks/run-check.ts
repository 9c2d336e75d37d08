import { closeReasonOf, shareCloseReason } from '../connections/connection-state.ts'
import { handleRequest, type Listener } from '../pipeline/pipeline.ts'
import { CheckAnswer, type CheckVerdict } from './check-answer.ts'
import type { CheckedRequest } from './check-incoming.ts'
import { CheckIncoming } from './check-incoming.ts'
import type { FrontHeaders } from './permitted-headers.ts'

/**
 * Decides a checked request, and returns a function that ends the check early because its asker is gone. The request is recorded
 * once in both cases.
 *
 * @param socket connection of the asking proxy (with TLS, the connection below it), whose close reason the record states
 * @param answered called with the verdict and the answer that it is of, at most once, and never after the returned function
 * @param front what the asking proxy does with reserved headers; default: what Envoy does
 */
export function runCheck(
  listener: Listener,
  checked: CheckedRequest,
  socket: object,
  answered: (verdict: CheckVerdict, answer: CheckAnswer) => void,
  front?: FrontHeaders,
): () => void {
  const incoming = new CheckIncoming(checked)
  shareCloseReason(incoming.socket, closeReasonOf(socket))
  const answer = new CheckAnswer((verdict) => answered(verdict, answer), front)
  void handleRequest(listener, incoming, answer)
  return () => {
    if (answer.writableFinished) return
    answer.abandon()
    incoming.socket.destroy()
    incoming.emit('close')
    // A request ends with its answer, as the streams of HTTP/2 do.
    answer.destroy()
  }
}
