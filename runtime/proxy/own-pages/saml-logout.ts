import { type Refusal, refusalOf } from '../refusal.ts'
import type { Visit } from './own-pages.ts'
import { readForm } from './read-form.ts'
import { sendOwn } from './send-own.ts'

/** Bytes of the form. */
const MOST = 65_536
/** Characters of a `RelayState` that is brought back (saml-bindings, section 3.4.3, has 80). */
const MOST_STATE = 1024

/**
 * Where a SAML provider has a browser bring what it says about signing out (saml-profiles, section 4.4): that somebody has signed out there, or that it has heard of who did here. To the latter
 * there is nothing to do: the session here is over, whatever it says.
 */
export async function answerSamlLogout({ exchange, request, signIn, place }: Visit): Promise<Refusal | null> {
  const isPost = request.method === 'POST'
  const form = isPost ? await readForm(exchange, request, MOST) : null
  if (exchange.over || (isPost && form === null)) return null
  if (form !== null && !form.ok) {
    exchange.detail = form.detail
    return { ...refusalOf('logout-request'), close: form.close }
  }
  const fields = form?.fields ?? new URLSearchParams(request.rawQuery)
  const [message = '', ...others] = fields.getAll('SAMLRequest')
  if (message === '' && fields.has('SAMLResponse')) return goOn(`${place.origin}/.iap/signed-out`)
  if (message === '' || others.length > 0) {
    exchange.detail = 'there is not one `SAMLRequest`'
    return refusalOf('logout-request')
  }
  const relayState = fields.get('RelayState') ?? ''
  const answer = await signIn.samlLogout(
    isPost ? { binding: 'post', base64: message } : { binding: 'redirect', rawQuery: request.rawQuery },
    relayState.length > MOST_STATE ? '' : relayState,
    place.origin,
  )
  if (exchange.over) return null
  if (!answer.ok) {
    exchange.detail = answer.detail
    return refusalOf('logout-request')
  }
  return goOn(answer.location ?? `${place.origin}/.iap/signed-out`)

  function goOn(location: string): null {
    exchange.effect = 'permit'
    sendOwn(exchange, { status: 303, location })
    return null
  }
}
