import type { Socket } from 'node:net'
import type { Trust } from '../../../../request/index.ts'
import { messageOf } from '../../../base/errors.ts'
import { GRPC } from '../../../base/grpc.ts'
import { tlsConnectionOf } from '../../../tls/index.ts'
import type { Listener } from '../../pipeline/pipeline.ts'
import { contextOf } from '../../request-lifecycle.ts'
import type { CheckAnswer, CheckVerdict } from '../check-answer.ts'
import type { FrontHeaders } from '../permitted-headers.ts'
import { runCheck } from '../run-check.ts'
import { checkResponse, type DecisionMetadata } from './check-response.ts'
import { readCheckRequest } from './read-check-request.ts'
import type { CheckReply, CheckRequestMessage, DecideCheck } from './service/index.ts'

/** The proxy that asks. */
interface Asker {
  /** Its connection, whose close reason the record states. */
  readonly socket: Socket
  /** Proxies before it. */
  readonly trust: Trust | null
  readonly front: FrontHeaders
}

/**
 * Decides about the request of a check, and replies once, unless the returned function is called before. That function ends the
 * request as one whose client has gone. Never throws.
 */
export function answerCheck(
  listener: Listener,
  message: CheckRequestMessage,
  { socket, trust, front }: Asker,
  reply: (reply: CheckReply) => void,
): ReturnType<DecideCheck> {
  const fail = (error: unknown) => {
    listener.proxy.log.error('a check failed by an internal error', { code: 'internal', error: messageOf(error) })
    reply({ kind: 'error', code: GRPC.internal, error: 'internal', message: 'the check failed by an internal error' })
  }
  try {
    const checked = { ...readCheckRequest(message, socket.remoteAddress ?? '', trust), services: servicesIn(message) }
    const answered = (verdict: CheckVerdict, answer: CheckAnswer) => {
      try {
        const alwaysRemove = verdict.kind === 'permitted' ? verdict.alwaysRemove : []
        reply({ kind: 'response', response: checkResponse(verdict, metadataOf(answer)), alwaysRemove })
      } catch (error) {
        fail(error)
      }
    }
    return runCheck(listener, checked, tlsConnectionOf(socket)?.transport ?? socket, answered, front)
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
