import { escapeHtml } from '../pages/index.ts'
import { type Refusal, refusalOf } from '../refusals/refusal.ts'
import { beginLogin } from './begin-login.ts'
import { sendOwn } from './send-own.ts'
import type { Visit } from './visit.ts'

/**
 * Offers sign-ins. `return_to`: a path of this origin; `with`: an identity; `account=other`: another account. Any page may link
 * here; `returnPath` restricts where it leads.
 */
export async function answerLogin({ context, request, signIn, at, place }: Visit): Promise<Refusal | null> {
  // Images of any page could begin logins without end. (Old browsers do not send the header.)
  if (request.headers.count('sec-fetch-mode') > 0 && request.headers.get('sec-fetch-mode') !== 'navigate')
    return refusalOf('login-navigation')
  const query = new URLSearchParams(request.rawQuery)
  const returnTo = query.get('return_to') ?? '/'
  const chosen = query.get('with') ?? (at.identities.length === 1 ? at.identities[0] : undefined)
  const prompt = query.get('account') === 'other' ? 'account' : null
  if (chosen !== undefined && at.identities.includes(chosen))
    return await beginLogin(context, signIn, request, place, { identity: chosen, returnTo, stepUp: null, prompt })
  const choices = at.identities.map((identity) => {
    const issuer = signIn.identities.get(identity)?.config.issuer ?? ''
    const target = `/.iap/login?with=${encodeURIComponent(identity)}&return_to=${encodeURIComponent(returnTo)}`
    return `<li><a href="${escapeHtml(target)}">${escapeHtml(identity)}<small>${escapeHtml(shownIssuer(issuer))}</small></a></li>`
  })
  context.effect = 'permit'
  return sendOwn(context, {
    status: 200,
    html: context.proxy.pages.own('Sign in', `<p>As whom do you sign in?</p>\n<ul>\n${choices.join('\n')}\n</ul>`),
  })
}

/** Returns a provider's display name: the host of its URL, or its name. */
export function shownIssuer(issuer: string): string {
  return (URL.canParse(issuer) && new URL(issuer).host) || issuer
}
