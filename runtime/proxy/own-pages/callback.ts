import type { SignIn } from '../../identity/index.ts'
import { clearCookie, readCookies, setCookie } from '../../sessions/index.ts'
import type { Refusal } from '../refusal.ts'
import { loginRefusal } from './begin-login.ts'
import { claimsCheckOf } from './claims-check.ts'
import { noteFailedLogin, noteLogin } from './note-login.ts'
import type { Visit } from './own-pages.ts'
import { handleIn } from './place.ts'
import { sendOwn } from './send-own.ts'

/** Where a provider sends the browser back to. */
export function answerCallback(visit: Visit, identity: string): Promise<Refusal | null> {
  return finishLogin(visit, (...told) => visit.signIn.finish(identity, ...told))
}

/** The session that the browser gets is a new one, whatever it had before. */
export async function finishLogin(
  { exchange, request, place }: Visit,
  finish: (...told: Parameters<SignIn['finishReceived']>) => ReturnType<SignIn['finishReceived']>,
): Promise<Refusal | null> {
  const { cookies, origin } = place
  const bindingOf = (name: string) => {
    const [value = null, ...others] = readCookies(request, cookies.login + name)
    return others.length === 0 ? value : null
  }
  const finished = await finish(
    new URL(`${origin}${request.path}${request.rawQuery}`),
    bindingOf,
    handleIn(request, place),
    claimsCheckOf(exchange),
  )
  if (finished.ok) {
    const { identity, subject, session } = finished
    noteLogin(exchange, { action: 'login', by: 'person', identity, subject, session })
  } else noteFailedLogin(exchange, finished)
  if (exchange.over) return null
  const spent = finished.cookie === null ? [] : [clearCookie(cookies.login + finished.cookie, cookies)]
  if (!finished.ok) {
    const refusal = loginRefusal(exchange, finished)
    return { ...refusal, headers: spent.map((line) => ['set-cookie', line] as const) }
  }
  exchange.effect = 'permit'
  exchange.detail = `\`${finished.identity}\` has signed in`
  sendOwn(exchange, {
    status: 302,
    location: finished.location,
    cookies: [setCookie(cookies.session, finished.handle, cookies), ...spent],
  })
  return null
}
