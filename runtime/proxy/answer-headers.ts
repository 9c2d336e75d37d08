import { withCors } from './cors/cors.ts'
import { withRateLimit } from './rate-limits/rate-limit-headers.ts'
import type { RequestContext } from './request-context.ts'
import { responseHeaders } from './response-headers.ts'
import { forCaller } from './shared-caching.ts'

/**
 * The headers of a service's answer (as undici gives them) as the client gets them: name, value, name, value … Throws
 * `BadResponse`.
 */
export function answerHeaders(exchange: RequestContext, status: number, raw: readonly Buffer[]): string[] {
  const { cors, limit, request } = exchange
  let headers = forCaller(exchange, responseHeaders(raw, status))
  if (limit !== null) headers = withRateLimit(headers, limit)
  return cors === null ? headers : withCors(headers, cors, request?.headers.get('origin'))
}
