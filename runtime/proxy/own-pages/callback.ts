import { clearCookie, readCookies, setCookie } from '../../sessions/index.ts'
import type { Refusal } from '../refusal.ts'
import { loginRefusal } from './begin-login.ts'
import type { Visit } from './own-pages.ts'
import { handleIn } from './place.ts'
import { sendOwn } from './send-own.ts'

/** Where a provider sends the browser back to. The session that it gets is a new one, whatever it had before. */
export async function answerCallback({ exchange, request, signIn, place }: Visit): Promise<Refusal | null> {
  const { cookies, origin } = place
  const bindingOf = (name: string) => {
    const [value = null, ...others] = readCookies(request, cookies.login + name)
    return others.length === 0 ? value : null
  }
  const answer = new URL(`${origin}/.iap/callback${request.rawQuery}`)
  const finished = await signIn.finish(answer, bindingOf, handleIn(request, place))
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
