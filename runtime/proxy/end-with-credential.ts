import { abortResponse } from './abort-response.ts'
import { refusalOf, refusedEarly } from './refusal.ts'
import { refuse } from './refuse.ts'
import { detailOf, type EndedCode, type RequestContext } from './request-context.ts'

/** An answer ends with what it was permitted by. `code`: what has become of that. */
export function endWithCredential(exchange: RequestContext, code: EndedCode): void {
  exchange.detail = detailOf(code)
  if (exchange.answer.headersSent) {
    exchange.code = code
    abortResponse(exchange)
  } else if (code === 'policy-changed') {
    refuse(exchange, refusalOf(code))
  } else {
    refuse(exchange, refusedEarly(code.endsWith('-unavailable') ? 503 : 401, code, detailOf(code), [], false))
  }
}
