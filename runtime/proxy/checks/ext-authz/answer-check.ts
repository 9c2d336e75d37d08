import type { Socket } from 'node:net'
import { messageOf } from '../../../base/errors.ts'
import { tlsConnectionOf } from '../../../tls/index.ts'
import { closeReasonOf, shareCloseReason } from '../../connections/connection-state.ts'
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
 * @param socket connection of the asking proxy, whose close reason the record states
 */
export function answerCheck(
  listener: Listener,
  message: CheckRequestMessage,
  socket: Socket,
  reply: (reply: CheckReply) => void,
): ReturnType<CheckHandlers['check']> {
  try {
    const incoming = new CheckIncoming(readCheckRequest(message, socket.remoteAddress ?? ''))
    shareCloseReason(incoming.socket, closeReasonOf(tlsConnectionOf(socket)?.transport ?? socket))
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
