import type { FinishedLogin, Returned } from '../../identity/index.ts'
import { clearCookie, cookiesWith, setCookie } from '../../identity/sessions/index.ts'
import type { Refusal } from '../refusals/refusal.ts'
import { isOver } from '../request-lifecycle.ts'
import { loginCookies, loginRefusal } from './begin-login.ts'
import { handleIn } from './browser-origin.ts'
import { claimsCheckOf } from './claims-check.ts'
import { noteFailedLogin, noteLogin } from './note-login.ts'
import { sendOwn } from './send-own.ts'
import type { Visit } from './visit.ts'

export function answerCallback(visit: Visit, identity: string): Promise<Refusal | null> {
  return finishLogin(visit, (returned) => visit.signIn.logins.finish(identity, returned))
}

/** Finishes a login with the provider's response, and creates a new session even if the browser already has one. */
export async function finishLogin(
  { context, request, place }: Visit,
  finish: (returned: Returned) => Promise<FinishedLogin>,
): Promise<Refusal | null> {
  const { cookies, origin } = place
  const finished = await finish({
    answer: new URL(`${origin}${request.path}${request.rawQuery}`),
    cookies: cookiesWith(request, cookies.login),
    before: handleIn(request, place),
    decodeErrorOf: claimsCheckOf(context),
  })
  if (finished.ok && finished.again === null) {
    const { identity, subject, session } = finished
    noteLogin(context, { action: 'login', by: 'person', identity, subject, session })
  } else if (!finished.ok) noteFailedLogin(context, finished)
  if (isOver(context)) return null
  const spent = finished.cookie === null ? [] : [clearCookie(cookies.login + finished.cookie, cookies)]
  if (!finished.ok) {
    const refusal = loginRefusal(context, finished)
    return { ...refusal, headers: spent.map((line) => ['set-cookie', line] as const) }
  }
  context.effect = 'permit'
  if (finished.again !== null) {
    context.detail = `\`${finished.identity}\` is asked to sign in again`
    const { location, cookie } = finished.again
    return sendOwn(context, { status: 302, location, cookies: [...loginCookies(request, cookies, cookie), ...spent] })
  }
  context.detail = `\`${finished.identity}\` has signed in`
  return sendOwn(context, {
    status: 302,
    location: finished.location,
    cookies: [setCookie(cookies.session, finished.handle, cookies), ...spent],
  })
}
