import type { IncomingMessage } from 'node:http'
import { networkOf } from '../../../request/index.ts'
import { isSecret } from '../../base/secret.ts'
import { FailureLimit } from '../../identity/methods/api-key/failure-limit.ts'
import { tlsConnectionOf } from '../../tls/index.ts'
import { type AdminProblem, problem } from './problem.ts'

export interface AdminCaller {
  /** Name of the caller in audit records. */
  readonly by: string
}

/** Authenticates callers of the API by bearer token or client certificate. */
export class AdminCallers {
  readonly #tokens: readonly Buffer[]
  readonly #certificates: boolean
  readonly #monotonic: () => number
  readonly #limit = new FailureLimit()

  /**
   * Creates an authenticator that accepts the given tokens and, if enabled, client certificates.
   *
   * @param tokens digests of the accepted bearer tokens
   * @param certificates whether client certificates are accepted
   * @param monotonic returns monotonic milliseconds
   */
  constructor(tokens: readonly Buffer[], certificates: boolean, monotonic: () => number = () => performance.now()) {
    this.#tokens = tokens
    this.#certificates = certificates
    this.#monotonic = monotonic
  }

  authenticate(request: IncomingMessage): AdminCaller | AdminProblem {
    const { authorization } = request.headers
    const lines = request.rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'authorization').length
    // Node returns the first of several lines; another reader might take another.
    if (lines > 1) return this.#fails(request, 'the request has several `Authorization` headers')
    if (authorization !== undefined) return this.#byToken(request, authorization)
    const certificate = this.#certificates ? tlsConnectionOf(request.socket)?.clientCertificate : null
    if (certificate && !certificate.isRevoked())
      return { by: `certificate ${certificate.x509.subject.replaceAll('\n', ', ') || certificate.text}` }
    return unauthenticated('a token of `admin.tokens` or a certificate of `admin.tls.clientCa` is required')
  }

  #byToken(request: IncomingMessage, authorization: string): AdminCaller | AdminProblem {
    const [, token] = /^Bearer +([!-~]+)$/i.exec(authorization) ?? []
    if (token === undefined) return this.#fails(request, 'the `Authorization` header is not a bearer token')
    // Compares all, so that the time does not reveal which one matches.
    const found = this.#tokens.map((digest) => isSecret(token, digest)).indexOf(true)
    return found === -1 ? this.#fails(request, 'the token is not one of `admin.tokens`') : { by: `token ${found + 1}` }
  }

  /** Failures do not block valid tokens from the same address: guessing cannot lock others out. */
  #fails({ socket }: IncomingMessage, detail: string): AdminProblem {
    const over = this.#limit.failed(networkOf(socket.remoteAddress ?? ''), this.#monotonic())
    if (over === 0) return unauthenticated(detail)
    return problem(429, 'too-many-failures', 'too many wrong tokens came from this address: wait for the time in `Retry-After`', {
      'retry-after': String(Math.ceil(over / 1000)),
    })
  }
}

function unauthenticated(detail: string): AdminProblem {
  return problem(401, 'unauthenticated', detail, { 'www-authenticate': 'Bearer realm="iap admin"' })
}
