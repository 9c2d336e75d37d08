import type { Socket } from 'node:net'
import type { Trust } from '../../../../request/index.ts'
import { messageOf } from '../../../base/errors.ts'
import { tlsConnectionOf } from '../../../tls/index.ts'
import { closeReasonOf, shareCloseReason } from '../../connections/connection-state.ts'
import { handleRequest, type Listener } from '../../pipeline/pipeline.ts'
import { contextOf } from '../../request-lifecycle.ts'
import { CheckAnswer } from '../check-answer.ts'
import { CheckIncoming } from '../check-incoming.ts'
import { checkResponse, type DecisionMetadata } from './check-response.ts'
import { readCheckRequest } from './read-check-request.ts'
import type { CheckHandlers, CheckReply, CheckRequestMessage, CheckResponseMessage } from './service/index.ts'

/** Code of gRPC. */
const INTERNAL = 13

/**
 * Decides about the request of a check, and replies once, unless the returned function is called before. That function ends the
 * request as one whose client has gone. Never throws.
 *
 * @param socket connection of the asking proxy, whose close reason the record states
 * @param trust proxies before the asking one
 */
export function answerCheck(
  listener: Listener,
  message: CheckRequestMessage,
  socket: Socket,
  trust: Trust | null,
  reply: (reply: CheckReply) => void,
): ReturnType<CheckHandlers['check']> {
  const fail = (error: unknown) => {
    listener.proxy.log.error('a check failed by an internal error', { code: 'internal', error: messageOf(error) })
    reply({ kind: 'error', code: INTERNAL, message: 'the check failed by an internal error' })
  }
  try {
    const incoming = new CheckIncoming(readCheckRequest(message, socket.remoteAddress ?? '', trust))
    shareCloseReason(incoming.socket, closeReasonOf(tlsConnectionOf(socket)?.transport ?? socket))
    const answer = new CheckAnswer((verdict) => {
      let response: CheckResponseMessage
      try {
        response = checkResponse(verdict, metadataOf(answer))
      } catch (error) {
        return fail(error)
      }
      reply({ kind: 'response', response })
    })
    answer.services = servicesIn(message)
    void handleRequest(listener, incoming, answer)
    return () => {
      answer.abandon()
      incoming.socket.destroy()
      incoming.emit('close')
      answer.destroy()
    }
  } catch (error) {
    fail(error)
    return () => {}
  }
}

/** Returns the names of services in the context extension `iap-service`: the service to which the asking proxy would forward. */
function servicesIn({ attributes }: CheckRequestMessage): readonly string[] {
  const extensions = attributes?.contextExtensions ?? []
  return extensions.flatMap(({ key, value = '' }) => (key === 'iap-service' ? [value] : []))
}

function metadataOf(answer: CheckAnswer): DecisionMetadata {
  const context = contextOf(answer)
  const { authentication = null, rules = [], policy = null, route = null } = context ?? {}
  const caller = authentication?.kind === 'caller' ? authentication : null
  return {
    identity: caller?.identity ?? null,
    subject: caller?.subject ?? null,
    service: route?.service ?? null,
    rule: rules[0] ?? null,
    revision: policy?.revision ?? null,
  }
}
