import { type Refusal, refusalOf } from '../../refusals/refusal.ts'
import { isOver } from '../../request-lifecycle.ts'
import { loginRefusal } from '../begin-login.ts'
import { finishLogin } from '../callback.ts'
import { noteFailedLogin, noteLogin } from '../note-login.ts'
import { readForm } from '../read-form.ts'
import { sendOwn } from '../send-own.ts'
import type { Visit } from '../visit.ts'

const MOST = 131_072

/**
 * Handles a SAML response at the assertion consumer service (saml-bindings, section 3.5). The identity provider's form is
 * cross-site and arrives without cookies. Therefore the verified response is stored under a ticket, and the browser is
 * redirected to this origin, where it sends its cookies with the ticket.
 */
export async function answerAssertion({ context, request, signIn, place }: Visit, identity: string): Promise<Refusal | null> {
  const form = await readForm(context, request, MOST)
  if (isOver(context) || form === null) return null
  if (!form.ok) {
    context.detail = form.detail
    noteLogin(context, { action: 'login', by: 'person', code: 'login-state', detail: form.detail })
    return { ...refusalOf('login-state'), close: form.close }
  }
  const received = await signIn.logins.receive(identity, form.fields, place.origin)
  if (!received.ok) noteFailedLogin(context, received)
  if (isOver(context)) return null
  if (!received.ok) return loginRefusal(context, received)
  context.effect = 'permit'
  return sendOwn(context, { status: 303, location: received.location })
}

/** Finishes a SAML login after the redirect. The browser's login cookie proves that the same browser began the login. */
export function answerReceived(visit: Visit): Promise<Refusal | null> {
  return finishLogin(visit, (returned) => visit.signIn.logins.finishReceived(returned))
}
