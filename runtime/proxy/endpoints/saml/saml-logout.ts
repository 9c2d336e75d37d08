import { type Refusal, refusalOf } from '../../refusals/refusal.ts'
import { isOver } from '../../request-lifecycle.ts'
import { noteFailedLogout, noteLogout } from '../note-login.ts'
import { readForm } from '../read-form.ts'
import { sendOwn } from '../send-own.ts'
import type { Visit } from '../visit.ts'

const MOST = 65_536
/** Maximum characters of a returned `RelayState` (saml-bindings, section 3.4.3, allows 80). */
const MOST_STATE = 1024

/**
 * Handles SAML single logout (saml-profiles, section 4.4). A logout request ends the session; a logout response needs no
 * action.
 */
export async function answerSamlLogout({ context, request, signIn, place }: Visit): Promise<Refusal | null> {
  const isPost = request.method === 'POST'
  const form = isPost ? await readForm(context, request, MOST) : null
  if (isOver(context) || (isPost && form === null)) return null
  if (form !== null && !form.ok) return { ...refused(form.detail), close: form.close }
  const fields = form?.fields ?? new URLSearchParams(request.rawQuery)
  const [message = '', ...others] = fields.getAll('SAMLRequest')
  if (message === '' && fields.has('SAMLResponse')) return goOn(`${place.origin}/.iap/signed-out`)
  if (message === '' || others.length > 0) return refused('there is not one `SAMLRequest`')
  const relayState = fields.get('RelayState') ?? ''
  const answer = await signIn.samlLogout(
    isPost ? { binding: 'post', base64: message } : { binding: 'redirect', rawQuery: request.rawQuery },
    relayState.length > MOST_STATE ? '' : relayState,
    place.origin,
  )
  if (answer.ok) for (const ended of answer.ended) noteLogout(context, 'provider', ended)
  if (isOver(context)) return null
  if (!answer.ok) return refused(answer.detail)
  return goOn(answer.location ?? `${place.origin}/.iap/signed-out`)

  function goOn(location: string): null {
    context.effect = 'permit'
    return sendOwn(context, { status: 303, location })
  }

  function refused(detail: string): Refusal {
    context.detail = detail
    noteFailedLogout(context, 'logout-request', detail)
    return refusalOf('logout-request')
  }
}
