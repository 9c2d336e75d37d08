import type { CanonicalRequest } from '../../../request/index.ts'
import { displayName } from '../../base/foreign-text.ts'
import { type Caller, isOfSession, returnPath, type SignIn } from '../../identity/index.ts'
import { clearCookie } from '../../identity/sessions/index.ts'
import type { Policy } from '../../policy/index.ts'
import { isGrpc } from '../grpc/is-grpc.ts'
import type { Pages } from '../pages/index.ts'
import { prefersHtml } from '../refusals/prefers-html.ts'
import { type Refusal, refusalOf } from '../refusals/refusal.ts'
import { stepUpOf } from '../refusals/step-up.ts'
import type { RequestContext } from '../request-context.ts'
import { beginLogin, tryAgain } from './begin-login.ts'
import { type BrowserOrigin, browserOriginOf } from './browser-origin.ts'
import { signInOf } from './own-hosts.ts'
import { identitiesOf } from './route-identities.ts'
import { sendOwn } from './send-own.ts'

/**
 * Redirects a refused browser navigation to sign-in if the caller is not signed in. Other requests stay refused, because
 * scripts cannot use a login page.
 */
export function offerLogin(context: RequestContext, refusal: Refusal): Refusal | Promise<Refusal | null> {
  const { proxy, request, policy, authentication } = context
  const { signIn } = proxy
  if (signIn === null || request === null || policy === null) return refusal
  const at = signInOf(policy, proxy)
  if (at === null || !at.servesHost(request.host)) return refusal
  const place = browserOriginOf(context, request)
  const dead = place !== null && refusal.code === 'session' ? [clearCookie(place.cookies.session, place.cookies)] : []
  const refused =
    dead.length === 0
      ? refusal
      : { ...refusal, headers: [...refusal.headers, ...dead.map((line) => ['set-cookie', line] as const)] }
  if (!isNavigation(context, request)) return refused
  if (refusal.code === 'unauthenticated' || refusal.code === 'session') {
    const identities = identitiesAt(context, policy, request, at.identities)
    if (identities.length === 0) return refused
    return place === null ? refusalOf('login-insecure') : logIn(context, signIn, request, place, identities)
  }
  const identity = authentication?.kind === 'refused' ? authentication.mismatchedIdentity : undefined
  // No automatic redirect, which could loop: the policy that accepted the claims may be the candidate, and another one decides.
  if (identity !== undefined && at.identities.includes(identity))
    return { ...tryAgain('login-claims', identity, pathOf(request)), headers: refused.headers }
  // Only for a session: other credentials that the browser sends would come again.
  if (place === null || authentication?.kind !== 'caller' || !isOfSession(authentication)) return refused
  if (refusal.code !== 'insufficient-authentication' || !at.identities.includes(authentication.identity)) {
    // A script whose origin may read responses sends `Origin`, and an old browser no Fetch Metadata.
    if (request.headers.count('origin') > 0) return refused
    const others = identitiesAt(context, policy, request, at.identities)
    return withPerson(proxy.pages, refused, authentication, others, returnPath(pathOf(request), place.origin) ?? '/')
  }
  return beginLogin(context, signIn, request, place, {
    identity: authentication.identity,
    returnTo: pathOf(request),
    prompt: null,
    stepUp: stepUpOf(context.challenge ?? [], proxy.mfaAcr(authentication.identity)),
  })
}

/** Codes of refusals that another account may not get. */
const OTHER_ACCOUNT: ReadonlySet<string> = new Set(['denied', 'insufficient-authentication'])

/**
 * Adds the person who is signed in to the page of a refusal, and links to sign in with another account or to sign out. The links
 * change nothing by themselves: the first leads to a provider's login, which replaces the session at its end, the second to a
 * page with a form that only this origin can send.
 */
function withPerson(
  pages: Pages,
  refusal: Refusal,
  { identity, subject, claims }: Caller,
  identities: readonly string[],
  returnTo: string,
): Refusal {
  const name = displayName(pages.identity(identity).displayClaim, claims)
  const signedIn = { identity, subject: subject ?? '', name }
  if (!OTHER_ACCOUNT.has(refusal.code)) return { ...refusal, signedIn }
  const [only = ''] = identities
  const query = new URLSearchParams({ ...(identities.length === 1 && { with: only }), return_to: returnTo, account: 'other' })
  const links = [
    ...(identities.length === 0 ? [] : [{ label: 'otherAccount', href: `/.iap/login?${query}` } as const]),
    { label: 'signOut', href: '/.iap/logout' } as const,
  ]
  return { ...refusal, signedIn, links }
}

/** Uses the only provider, or lets the person choose. */
async function logIn(
  context: RequestContext,
  signIn: SignIn,
  request: CanonicalRequest,
  place: BrowserOrigin,
  identities: readonly string[],
): Promise<Refusal | null> {
  const [identity = '', ...others] = identities
  if (others.length === 0)
    return await beginLogin(context, signIn, request, place, { identity, returnTo: pathOf(request), stepUp: null, prompt: null })
  return sendOwn(context, { status: 302, location: choiceUrl(place.origin, pathOf(request)) })
}

/**
 * Returns the URL of the page on which a person chooses a sign-in. A path to which the page would not return is left out: it may
 * be long, and fronts get the URL in a header of limited length.
 */
export function choiceUrl(origin: string, path: string): string {
  const returnTo = returnPath(path, origin)
  return `${origin}/.iap/login${returnTo === null ? '' : `?return_to=${encodeURIComponent(returnTo)}`}`
}

function identitiesAt(
  { route }: RequestContext,
  policy: Policy,
  request: CanonicalRequest,
  identities: readonly string[],
): readonly string[] {
  return route === null ? identities : identitiesOf(policy, route, request, identities)
}

function pathOf({ rawPath, rawQuery }: CanonicalRequest): string {
  return rawPath + rawQuery
}

/** A top-level navigation, not a frame or prefetch (Fetch Metadata Request Headers, sections 2 and 3). */
function isNavigation(context: RequestContext, { method, headers }: CanonicalRequest): boolean {
  if ((method !== 'GET' && method !== 'HEAD') || context.upgrade !== null || isGrpc(context)) return false
  if (headers.count('sec-purpose') > 0 || headers.get('x-requested-with') !== undefined) return false
  const mode = headers.get('sec-fetch-mode')
  if (headers.count('sec-fetch-mode') === 0) return prefersHtml(headers.get('accept'))
  const dest = headers.get('sec-fetch-dest') ?? 'document'
  return mode === 'navigate' && dest === 'document'
}
