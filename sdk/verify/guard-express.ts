import { AssertionRefused } from './assertion-refused.ts'
import type { Caller, HeaderLines, Verifier } from './create-verifier.ts'
import { answerRefused, type HttpResponse } from './guard-http.ts'

export type ExpressGuard = (
  request: HeaderLines & { caller?: Caller },
  response: HttpResponse,
  next: (error?: unknown) => void,
) => void

/** Express middleware: `app.use(guardExpress(verifier))` before what it guards. Handlers find `request.caller`. */
export function guardExpress(verifier: Verifier): ExpressGuard {
  return (request, response, next) => {
    verifier.verifyRequest(request).then(
      (caller) => {
        request.caller = caller
        next()
      },
      (error: unknown) => {
        if (error instanceof AssertionRefused) answerRefused(response, error)
        else next(error)
      },
    )
  }
}
