import { AssertionRefused } from './assertion-refused.ts'
import type { Caller, HeaderLines, Verifier } from './create-verifier.ts'
import { refusalAnswer } from './refusal-answer.ts'

/** The used part of Node's `http` and `http2`. */
export interface HttpResponse {
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown
  end(body: string): unknown
}

export type HttpGuard = (request: HeaderLines, response: HttpResponse, serve: (caller: Caller) => void) => void

/**
 * For listeners of Node's `http` and `http2`: serves requests that came through the proxy, and refuses others. Upgrades
 * (WebSockets) bypass it: use `verifyRequest`.
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

export function answerRefused(response: HttpResponse, refused: AssertionRefused): void {
  const { status, headers, body } = refusalAnswer(refused)
  response.writeHead(status, headers)
  response.end(body)
}
