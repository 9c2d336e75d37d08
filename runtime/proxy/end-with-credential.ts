import { credentialRefusals } from '../identity/index.ts'
import { breakOff } from './break-off.ts'
import type { EndedCode, Exchange } from './exchange.ts'
import { refusedEarly } from './refusal.ts'
import { refuse } from './refuse.ts'

/** An answer ends with the credential that it was permitted by. `code`: what has become of that. */
export function endWithCredential(exchange: Exchange, code: EndedCode): void {
  exchange.detail = credentialRefusals[code]
  if (exchange.answer.headersSent) {
    exchange.code = code
    breakOff(exchange)
  } else {
    refuse(exchange, refusedEarly(code.endsWith('-unavailable') ? 503 : 401, code, credentialRefusals[code], [], false))
  }
}
