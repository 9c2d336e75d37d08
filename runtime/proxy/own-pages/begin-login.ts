import type { CanonicalRequest } from '../../../request/index.ts'
import { LOGIN_TIME, type LoginFailure, type LoginRequest, type SignIn } from '../../identity/index.ts'
import { clearCookie, namesOfCookies, setCookie } from '../../sessions/index.ts'
import type { Exchange } from '../exchange.ts'
import { type Refusal, refusalOf } from '../refusal.ts'
import { noteFailedLogin } from './note-login.ts'
import type { Place } from './place.ts'
import { sendOwn } from './send-own.ts'

/** Logins that one browser may have begun: their cookies must leave room for others. */
const MOST_COOKIES = 12

/** Sends the browser to the provider. Each login is one of its own, so that those of several tabs all come to their end. */
export async function beginLogin(
  exchange: Exchange,
  signIn: SignIn,
  request: CanonicalRequest,
  { origin, cookies }: Place,
  login: Pick<LoginRequest, 'identity' | 'returnTo' | 'stepUp' | 'prompt'>,
): Promise<Refusal | null> {
  const begun = await signIn.begin({ ...login, origin, host: request.host, source: request.sourceIp })
  if (!begun.ok) noteFailedLogin(exchange, begun)
  if (exchange.over) return null
  if (!begun.ok) return loginRefusal(exchange, begun)
  const { name, value } = begun.cookie
  // The oldest first: they begin with when they were made.
  const there = namesOfCookies(request, cookies.login).toSorted()
  const tooMany = there.slice(0, Math.max(0, there.length - MOST_COOKIES + 1))
  sendOwn(exchange, {
    status: 302,
    location: begun.location,
    cookies: [
      setCookie(`${cookies.login}${name}`, value, cookies, LOGIN_TIME / 1000),
      ...tooMany.map((other) => clearCookie(other, cookies)),
    ],
  })
  return null
}

export function loginRefusal(exchange: Exchange, { code, detail, identity, returnTo }: LoginFailure): Refusal {
  exchange.detail = detail
  return identity === null || returnTo === undefined ? refusalOf(code) : tryAgain(code, identity, returnTo)
}

/** A refusal whose page offers to sign in once more, with another account or the same. */
export function tryAgain(code: LoginFailure['code'], identity: string, returnTo: string): Refusal {
  const query = new URLSearchParams({ with: identity, return_to: returnTo })
  return refusalOf(code, {
    links: [
      { label: 'otherAccount', href: `/.iap/login?${query}&account=other` },
      { label: 'signInAgain', href: `/.iap/login?${query}` },
    ],
  })
}
