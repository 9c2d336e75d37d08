import { clearCookie } from '../../identity/sessions/index.ts'
import { escapeHtml } from '../pages/index.ts'
import { type Refusal, refusalOf } from '../refusals/refusal.ts'
import { handleIn, isSameOrigin } from './browser-origin.ts'
import { noteLogout } from './note-login.ts'
import { sendOwn } from './send-own.ts'
import type { Visit } from './visit.ts'

/**
 * Handles sign-out: GET shows a confirmation page, and a POST from a page of the same origin ends the session. Another site
 * cannot sign out a user.
 */
export async function answerSignOut({ context, request, signIn, place }: Visit): Promise<Refusal | null> {
  const { cookies, origin } = place
  if (request.method !== 'POST') {
    context.effect = 'permit'
    return sendOwn(context, {
      status: 200,
      html: context.proxy.pages.own('Sign out', `<p>Do you want to sign out?</p>\n${signOutForm}`),
    })
  }
  if (!isSameOrigin(request, place)) return refusalOf('cross-site')
  const handle = handleIn(request, place)
  const { ended, location } = handle === null ? { ended: null, location: null } : await signIn.end(handle, request.host, origin)
  if (ended !== null) noteLogout(context, 'person', ended)
  context.effect = 'permit'
  context.detail = handle === null ? null : 'signed out'
  const next = location ?? `${origin}/.iap/signed-out`
  // Not a redirect: `form-action` would have to list the provider, and whatever it redirects to.
  return sendOwn(context, {
    status: 200,
    html: context.proxy.pages.own(
      'Signing out',
      `<p><a href="${escapeHtml(next)}">Continue</a></p>`,
      `<meta http-equiv="refresh" content="0; url=${escapeHtml(next)}">\n`,
    ),
    cookies: [clearCookie(cookies.session, cookies)],
  })
}

export const signOutForm = `<form method="post" action="/.iap/logout"><button class="primary">Sign out</button></form>`

/** Shows the page to which the provider redirects after its own logout. */
export async function answerSignedOut({ context }: Visit): Promise<Refusal | null> {
  context.effect = 'permit'
  const body =
    '<p>Close the window if others use this device.</p>\n<ul><li><a class="button" href="/.iap/login">Sign in again</a></li></ul>'
  return sendOwn(context, { status: 200, html: context.proxy.pages.own('You are signed out', body) })
}
