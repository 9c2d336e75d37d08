import { AssertionRefused } from './assertion-refused.ts'
import type { Caller, HeaderLines, Verifier } from './create-verifier.ts'
import { answerRefused, type HttpResponse } from './guard-http.ts'

/**
 * Express middleware that verifies a request and sets `request.caller`.
 *
 * @param request request of Express
 * @param response response of Express
 * @param next continues with the next handler, or with an error other than a refusal
 */
export type ExpressGuard = (
  request: HeaderLines & { caller?: Caller },
  response: HttpResponse,
  next: (error?: unknown) => void,
) => void

/**
 * Creates Express middleware that serves requests with a valid assertion and refuses others with `application/problem+json` (RFC
 * 9457). Later handlers read `request.caller`.
 *
 * @param verifier verifier of this service
 * @returns middleware for `app.use`, to be placed before all handlers that need a caller
 *
 * @example
 * ```ts
 * import express from 'express'
 * import { type Caller, createVerifier, guardExpress } from 'iap-proxy/verify'
 *
 * const verifier = createVerifier({ audience: 'orders', jwks: 'https://proxy.internal/.well-known/iap/jwks.json' })
 * const app = express()
 * app.use(guardExpress(verifier))
 * app.get('/orders', (request: express.Request & { caller?: Caller }, response) => {
 *   response.json({ subject: request.caller?.subject })
 * })
 * ```
 */
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
