import { AssertionRefused } from './assertion-refused.ts'
import type { Caller, HeaderLines, Verifier } from './create-verifier.ts'
import { refusalAnswer } from './refusal-answer.ts'

/** Of what Node's `http` and `http2` have. */
export interface HttpResponse {
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown
  end(body: string): unknown
}

export type HttpGuard = (request: HeaderLines, response: HttpResponse, serve: (caller: Caller) => void) => void

/**
 * For listeners of Node's `http` and `http2`: a request that came through the proxy is served, any other is answered. Upgrades
 * (WebSockets) do not come by it: `verifyRequest` is for them.
 */
export function guardHttp(verifier: Verifier): HttpGuard {
  return (request, response, serve) => {
    verifier.verifyRequest(request).then(serve, (error: unknown) => {
      // As what a listener throws: it is nobody's answer.
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
