import type { CanonicalRequest } from '../../../request/index.ts'
import { LOGIN_TIME, type LoginCookie, type LoginFailure, type LoginRequest, type SignIn } from '../../identity/index.ts'
import { type CookieNames, clearCookie, cookiesWith, setCookie } from '../../identity/sessions/index.ts'
import { type Refusal, refusalOf } from '../refusals/refusal.ts'
import type { RequestContext } from '../request-context.ts'
import type { BrowserOrigin } from './browser-origin.ts'
import { noteFailedLogin } from './note-login.ts'
import { sendOwn } from './send-own.ts'

/** Logins that one browser may have begun, and characters of their cookies: a head of 16,384 bytes must leave room for others. */
const MOST = { logins: 12, characters: 6_000 }

/** Sends the browser to the provider. Each login is one of its own, so that those of several tabs all come to their end. */
export async function beginLogin(
  exchange: RequestContext,
  signIn: SignIn,
  request: CanonicalRequest,
  { origin, cookies }: BrowserOrigin,
  login: Pick<LoginRequest, 'identity' | 'returnTo' | 'stepUp' | 'prompt'>,
): Promise<Refusal | null> {
  const begun = await signIn.logins.begin({ ...login, origin, host: request.host })
  if (!begun.ok) noteFailedLogin(exchange, begun)
  if (exchange.over) return null
  if (!begun.ok) return loginRefusal(exchange, begun)
  return sendOwn(exchange, { status: 302, location: begun.location, cookies: loginCookies(request, cookies, begun.cookie) })
}

/** `Set-Cookie` lines of a login that has begun. The oldest others go where there are too many. */
export function loginCookies(request: CanonicalRequest, names: CookieNames, { name, value }: LoginCookie): readonly string[] {
  let [count, characters] = [1, value.length]
  const tooMany: string[] = []
  // The newest first: names begin with when they were made.
  for (const other of cookiesWith(request, names.login).toSorted((a, b) => (a.name < b.name ? 1 : -1))) {
    count += 1
    characters += other.value.length
    if (count > MOST.logins || characters > MOST.characters) tooMany.push(other.name)
  }
  return [
    setCookie(names.login + name, value, names, LOGIN_TIME / 1000),
    ...tooMany.map((other) => clearCookie(names.login + other, names)),
  ]
}

export function loginRefusal(exchange: RequestContext, { code, detail, identity, returnTo }: LoginFailure): Refusal {
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
