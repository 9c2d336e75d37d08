import protobuf from 'protobufjs/minimal.js'
import { GRPC } from '../../../../base/grpc.ts'
import { envoy, grpc } from './messages.generated.js'
import type { CheckRequestMessage, CheckResponseMessage } from './messages.ts'
import { type CallError, framed, type UnaryMethod } from './unary-call.ts'

/** The result of a check: a response, or an error of gRPC, of which the asking proxy makes a refusal of its own. */
export type CheckReply = CheckedReply | CheckFailure

export interface CheckedReply {
  readonly kind: 'response'
  readonly response: CheckResponseMessage
  /** Headers to remove besides those of the response, if it permits. A list that was seen before is not encoded again. */
  readonly alwaysRemove: readonly string[]
}

export interface CheckFailure extends CallError {
  readonly error: CheckErrorCode
}

/** Codes of errors, for logs of the asking proxy. */
export type CheckErrorCode = 'check-not-allowed' | 'internal'

/**
 * Decides. Calls `reply` once at most, possibly before it returns.
 *
 * @returns a function that ends the check, because nobody waits for its reply any more
 */
export type DecideCheck = (request: CheckRequestMessage, reply: (reply: CheckReply) => void) => () => void

protobuf.Reader.discardUnknown = true

const { CheckRequest, CheckResponse, OkHttpResponse } = envoy.service.auth.v3
const { HealthCheckRequest, HealthCheckResponse } = grpc.health.v1

const AUTHORIZATION = 'envoy.service.auth.v3.Authorization'

/** Returns the methods that are served, by their paths. */
export function methodsOf(check: DecideCheck, isServing: () => boolean): ReadonlyMap<string | undefined, UnaryMethod> {
  const checks: UnaryMethod = {
    isCheck: true,
    answer(message, reply) {
      const request = CheckRequest.decode(message)
      return check(request, (checked) =>
        reply(checked.kind === 'error' ? checked : { kind: 'message', pieces: encoded(checked) }),
      )
    },
  }
  const health: UnaryMethod = {
    isCheck: false,
    answer(message, reply) {
      const { service = '' } = HealthCheckRequest.decode(message)
      const status = isServing() ? SERVING : NOT_SERVING
      if (service !== '' && service !== AUTHORIZATION) reply(NOT_FOUND)
      else reply({ kind: 'message', pieces: framed([HealthCheckResponse.encode({ status }).finish()]) })
      return () => {}
    },
  }
  return new Map([
    [`/${AUTHORIZATION}/Check`, checks],
    ['/grpc.health.v1.Health/Check', health],
  ])
}

/** States of a service, https://github.com/grpc/grpc/blob/master/doc/health-checking.md. */
const SERVING = 1
const NOT_SERVING = 2

const NOT_FOUND: CallError = {
  kind: 'error',
  code: GRPC.notFound,
  error: null,
  message: 'this service is not served here',
}

/** The fields of a message may have any order, and elements of a repeated field may follow others at any place. */
function encoded({ response: { okResponse, ...others }, alwaysRemove }: CheckedReply): readonly Uint8Array[] {
  const head = CheckResponse.encode(others).finish()
  if (okResponse === undefined) return framed([head])
  const ok = OkHttpResponse.encode(okResponse).finish()
  const more = encodedNames(alwaysRemove)
  const prefix = protobuf.Writer.create()
    .uint32(OK_RESPONSE)
    .uint32(ok.length + more.length)
  return framed([head, prefix.finish(), ok], more)
}

/** Field 3 of `CheckResponse`, a message. */
const OK_RESPONSE = (3 << 3) | 2

function encodedNames(names: readonly string[]): Uint8Array {
  let bytes = known.get(names)
  if (bytes === undefined) {
    bytes = OkHttpResponse.encode({ headers: [], headersToRemove: names, responseHeadersToAdd: [] }).finish()
    known.set(names, bytes)
  }
  return bytes
}

const known = new WeakMap<readonly string[], Uint8Array>()
