import type { CanonicalRequest } from '../../../request/index.ts'
import type { SignIn } from '../../identity/index.ts'
import { type Refusal, refusalOf } from '../refusals/refusal.ts'
import type { RequestContext } from '../request-context.ts'
import { isOver } from '../request-lifecycle.ts'
import { noteFailedLogout, noteLogout } from './note-login.ts'
import { readForm } from './read-form.ts'
import { sendOwn } from './send-own.ts'

const MOST = 16_384

/** Handles a logout request of an OpenID Provider (OpenID Connect Back-Channel Logout 1.0, sections 2.5 to 2.8). */
export async function answerBackChannel(
  context: RequestContext,
  request: CanonicalRequest,
  signIn: SignIn,
): Promise<Refusal | null> {
  const form = await readForm(context, request, MOST)
  if (isOver(context) || form === null) return null
  if (!form.ok) return { ...refused(context, form.detail), close: form.close }
  const tokens = form.fields.getAll('logout_token')
  const [token = ''] = tokens
  if (tokens.length !== 1) return refused(context, 'the form has not one `logout_token`')
  const answer = await signIn.backChannel(token)
  if (answer.ok) noteLogout(context, 'provider', answer.ended)
  if (isOver(context)) return null
  if (!answer.ok) return refused(context, answer.detail)
  context.effect = 'permit'
  return sendOwn(context, { status: 200 })
}

function refused(context: RequestContext, detail: string): Refusal {
  context.detail = detail
  noteFailedLogout(context, 'logout-token', detail)
  return refusalOf('logout-token')
}
