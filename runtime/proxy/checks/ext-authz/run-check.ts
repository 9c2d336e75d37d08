import { messageOf } from '../../../base/errors.ts'
import { handleRequest, type Listener } from '../../pipeline/pipeline.ts'
import { contextOf } from '../../request-lifecycle.ts'
import { CheckAnswer } from '../check-answer.ts'
import { CheckIncoming } from '../check-incoming.ts'
import { checkResponse, type DecisionMetadata } from './check-response.ts'
import { readCheckRequest } from './read-check-request.ts'
import type { CheckHandlers, CheckReply, CheckRequestMessage } from './service/index.ts'

/** Code of gRPC. */
const INTERNAL = 13

/**
 * Decides about the request of a check, and replies once, unless the returned function is called before. That function ends the
 * request as one whose client has gone. Never throws.
 *
 * @param asker IP address of the asking proxy; empty if it has none
 */
export function runCheck(
  listener: Listener,
  message: CheckRequestMessage,
  asker: string,
  reply: (reply: CheckReply) => void,
): ReturnType<CheckHandlers['check']> {
  try {
    const incoming = new CheckIncoming(readCheckRequest(message, asker))
    const answer = new CheckAnswer((verdict) => reply({ kind: 'response', response: checkResponse(verdict, metadataOf(answer)) }))
    void handleRequest(listener, incoming, answer)
    return () => {
      incoming.socket.destroy()
      incoming.emit('close')
      answer.destroy()
    }
  } catch (error) {
    listener.proxy.log.error('a check failed by an internal error', { code: 'internal', error: messageOf(error) })
    reply({ kind: 'error', code: INTERNAL, message: 'the check failed by an internal error' })
    return () => {}
  }
}

function metadataOf(answer: CheckAnswer): DecisionMetadata {
  const context = contextOf(answer)
  const { authentication = null, rules = [], policy = null } = context ?? {}
  const caller = authentication?.kind === 'caller' ? authentication : null
  return {
    identity: caller?.identity ?? null,
    subject: caller?.subject ?? null,
    rule: rules[0] ?? null,
    revision: policy?.revision ?? null,
  }
}
