import { AssertionRefused } from './assertion-refused.ts'
import type { Caller, HeaderLines, Verifier } from './create-verifier.ts'
import { refusalAnswer } from './refusal-answer.ts'

/** Of what Node's `http` and `http2` have. */
export interface HttpResponse {
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown
  end(body: string): unknown
}

/**
 * A listener for Node's `http` that sees only what came through the proxy, with `request.caller`. Upgrades (WebSockets) do not come by it: `verifyRequest` is
 * for them.
 */
export function guardHttp<Request extends HeaderLines, Response extends HttpResponse>(
  verifier: Verifier,
  listener: (request: Request & { caller: Caller }, response: Response) => void,
): (request: Request, response: Response) => void {
  return (request, response) => {
    verifier.verifyRequest(request).then(
      (caller) => listener(Object.assign(request, { caller }), response),
      (error: unknown) => {
        // As what a listener throws: it is nobody's answer.
        if (!(error instanceof AssertionRefused)) throw error
        answerRefused(response, error)
      },
    )
  }
}

export function answerRefused(response: HttpResponse, refused: AssertionRefused): void {
  const { status, headers, body } = refusalAnswer(refused)
  response.writeHead(status, headers)
  response.end(body)
}
