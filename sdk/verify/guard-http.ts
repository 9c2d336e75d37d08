import { AssertionRefused } from './assertion-refused.ts'
import type { Caller, HeaderLines, Verifier } from './create-verifier.ts'
import { refusalAnswer } from './refusal-answer.ts'

/** The part of a response of Node's `http` and `http2` that guards use. */
export interface HttpResponse {
  /**
   * Sends the head of the response.
   *
   * @param status HTTP status
   * @param headers values by lower-case name
   */
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown
  /**
   * Sends the body and ends the response.
   *
   * @param body text of the body
   */
  end(body: string): unknown
}

/**
 * A guard of one listener: verifies a request, then serves or refuses it.
 *
 * @param request request of Node's `http` or `http2`
 * @param response response to that request
 * @param serve called with the caller if the assertion is valid
 */
export type HttpGuard = (request: HeaderLines, response: HttpResponse, serve: (caller: Caller) => void) => void

/**
 * Creates a guard for listeners of Node's `http` and `http2`: it serves requests with a valid assertion, and refuses others with
 * `application/problem+json` (RFC 9457). Upgrades (WebSockets) bypass the listener: use `verifyRequest`.
 *
 * @param verifier verifier of this service
 * @returns a guard to call for each request
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http'
 * import { createVerifier, guardHttp } from 'iap-proxy/verify'
 *
 * const verifier = createVerifier({ audience: 'orders', jwks: 'https://proxy.internal/.well-known/iap/jwks.json' })
 * const guard = guardHttp(verifier)
 * const server = createServer((request, response) =>
 *   guard(request, response, ({ subject }) => response.end(`orders of ${subject}`)),
 * )
 * server.listen(0, '127.0.0.1', async () => {
 *   const { port } = server.address() as { port: number }
 *   const { status } = await fetch(`http://127.0.0.1:${port}/orders`)
 *   console.log(status) // 401
 *   server.close()
 * })
 * ```
 */
export function guardHttp(verifier: Verifier): HttpGuard {
  return (request, response, serve) => {
    verifier.verifyRequest(request).then(serve, (error: unknown) => {
      // Like an exception in a listener.
      if (!(error instanceof AssertionRefused)) throw error
      answerRefused(response, error)
    })
  }
}

/** Answers a refused request with its status and `application/problem+json` (RFC 9457). */
export function answerRefused(response: HttpResponse, refused: AssertionRefused): void {
  const { status, headers, body } = refusalAnswer(refused)
  response.writeHead(status, headers)
  response.end(body)
}
