import type { CanonicalRequest } from '../../../request/index.ts'
import { LOGIN_TIME, type LoginCookie, type LoginFailure, type LoginRequest, type SignIn } from '../../identity/index.ts'
import { type CookieNames, clearCookie, cookiesWith, setCookie } from '../../identity/sessions/index.ts'
import { type Refusal, refusalOf } from '../refusals/refusal.ts'
import type { RequestContext } from '../request-context.ts'
import { isOver } from '../request-lifecycle.ts'
import type { BrowserOrigin } from './browser-origin.ts'
import { noteFailedLogin } from './note-login.ts'
import { sendOwn } from './send-own.ts'

/** Maximum logins under way in a browser, and characters of their cookies: 16,384 bytes of headers need space for others. */
const MOST = { logins: 12, characters: 6_000 }

/**
 * Begins a login by redirecting the browser to the provider. Logins are independent of each other, so several tabs can complete
 * theirs.
 */
export async function beginLogin(
  context: RequestContext,
  signIn: SignIn,
  request: CanonicalRequest,
  { origin, cookies }: BrowserOrigin,
  login: Pick<LoginRequest, 'identity' | 'returnTo' | 'stepUp' | 'prompt'>,
): Promise<Refusal | null> {
  const begun = await signIn.logins.begin({ ...login, origin, host: request.host })
  if (!begun.ok) noteFailedLogin(context, begun)
  if (isOver(context)) return null
  if (!begun.ok) return loginRefusal(context, begun)
  return sendOwn(context, { status: 302, location: begun.location, cookies: loginCookies(request, cookies, begun.cookie) })
}

/** Returns the `Set-Cookie` values of a new login. If the browser has too many login cookies, the oldest are deleted. */
export function loginCookies(request: CanonicalRequest, names: CookieNames, { name, value }: LoginCookie): readonly string[] {
  let [count, characters] = [1, value.length]
  const tooMany: string[] = []
  // Newest first: names begin with the creation time.
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

export function loginRefusal(context: RequestContext, { code, detail, identity, returnTo }: LoginFailure): Refusal {
  context.detail = detail
  return identity === null || returnTo === undefined ? refusalOf(code) : tryAgain(code, identity, returnTo)
}

/** Returns a refusal whose page offers to sign in again, with the same or another account. */
export function tryAgain(code: LoginFailure['code'], identity: string, returnTo: string): Refusal {
  const query = new URLSearchParams({ with: identity, return_to: returnTo })
  return refusalOf(code, {
    links: [
      { label: 'otherAccount', href: `/.iap/login?${query}&account=other` },
      { label: 'signInAgain', href: `/.iap/login?${query}` },
    ],
  })
}
