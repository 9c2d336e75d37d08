import type { CanonicalRequest } from '../../../request/index.ts'
import type { SignIn } from '../../identity/index.ts'
import { type Refusal, refusalOf } from '../refusals/refusal.ts'
import type { RequestContext } from '../request-context.ts'
import { noteFailedLogout, noteLogout } from './note-login.ts'
import { readForm } from './read-form.ts'
import { sendOwn } from './send-own.ts'

const MOST = 16_384

/** OpenID Connect Back-Channel Logout 1.0, sections 2.5 to 2.8. */
export async function answerBackChannel(
  exchange: RequestContext,
  request: CanonicalRequest,
  signIn: SignIn,
): Promise<Refusal | null> {
  const form = await readForm(exchange, request, MOST)
  if (exchange.over || form === null) return null
  if (!form.ok) return { ...refused(exchange, form.detail), close: form.close }
  const tokens = form.fields.getAll('logout_token')
  const [token = ''] = tokens
  if (tokens.length !== 1) return refused(exchange, 'the form has not one `logout_token`')
  const answer = await signIn.backChannel(token)
  if (answer.ok) noteLogout(exchange, 'provider', answer.ended)
  if (exchange.over) return null
  if (!answer.ok) return refused(exchange, answer.detail)
  exchange.effect = 'permit'
  return sendOwn(exchange, { status: 200 })
}

function refused(exchange: RequestContext, detail: string): Refusal {
  exchange.detail = detail
  noteFailedLogout(exchange, 'logout-token', detail)
  return refusalOf('logout-token')
}
