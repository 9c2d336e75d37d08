import { escapeHtml, type IdentityDisplay } from '../pages/index.ts'
import { type Refusal, refusalOf } from '../refusals/refusal.ts'
import { beginLogin } from './begin-login.ts'
import { sendOwn } from './send-own.ts'
import type { Visit } from './visit.ts'

/**
 * Shows a page with the available sign-ins, or begins the only or requested one. Query parameters: `return_to` is a path of
 * this origin; `with` names an identity; `account=other` asks for another account.
 *
 * Any page may link here. `returnPath` restricts the target of the final redirect.
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
  const more = prompt === null ? '' : '&account=other'
  const choices = at.identities.map((identity) => {
    const issuer = signIn.identities.get(identity)?.config.issuer ?? ''
    const target = `/.iap/login?with=${encodeURIComponent(identity)}&return_to=${encodeURIComponent(returnTo)}${more}`
    return choiceOf(context.proxy.pages.identity(identity), target, shownIssuer(issuer))
  })
  context.effect = 'permit'
  const intro = `<p>Choose how to sign in to <bdi>${escapeHtml(request.host)}</bdi>.</p>`
  return sendOwn(context, {
    status: 200,
    html: context.proxy.pages.own('Sign in', `${intro}\n<ul>\n${choices.join('\n')}\n</ul>`),
  })
}

/** Returns a choice as an HTML list item. Without a logo, it has the first character of the title. */
function choiceOf({ title, logo }: IdentityDisplay, target: string, issuer: string): string {
  const [first = ''] = [...title.toUpperCase()]
  const picture =
    logo === null
      ? `<span class="logo" aria-hidden="true">${escapeHtml(first)}</span>`
      : `<img class="logo" src="${escapeHtml(logo)}" alt="" width="40" height="40">`
  const text = `<bdi>${escapeHtml(title)}</bdi><small>${escapeHtml(issuer)}</small>`
  return `<li><a class="choice" href="${escapeHtml(target)}">${picture}<span>${text}</span></a></li>`
}

/** Returns the display name of an identity provider: the host of its URL, or its name if it is no URL. */
export function shownIssuer(issuer: string): string {
  return (URL.canParse(issuer) && new URL(issuer).host) || issuer
}
