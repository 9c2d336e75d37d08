import { escapeHtml } from '../pages/index.ts'
import type { Refusal } from '../refusals/refusal.ts'
import { handleIn } from './browser-origin.ts'
import { shownIssuer } from './login.ts'
import { sendOwn } from './send-own.ts'
import { signOutForm } from './sign-out.ts'
import type { Visit } from './visit.ts'

/** Shows the data of the browser's session: identity, subject, provider and times, but no tokens and no other claims. */
export async function answerWhoAmI({ context, request, signIn, place }: Visit): Promise<Refusal | null> {
  const handle = handleIn(request, place)
  const session = handle === null ? null : await signIn.look(handle, request.host)
  context.effect = 'permit'
  if (session === null) {
    return sendOwn(context, {
      status: 200,
      html: context.proxy.pages.own('You are not signed in', '<p><a href="/.iap/login">Sign in</a></p>'),
    })
  }
  const { identity, subject, issuer, started, ends, id } = session
  const rows = [
    ['Identity', escapeHtml(identity)],
    ['Subject', escapeHtml(subject)],
    ['Provider', escapeHtml(shownIssuer(issuer))],
    ['Signed in', time(started)],
    ['Until', `${time(ends)} at the latest`],
    ['Session', escapeHtml(id)],
  ]
  const list = rows.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join('\n')
  return sendOwn(context, {
    status: 200,
    html: context.proxy.pages.own('You are signed in', `<dl>\n${list}\n</dl>\n${signOutForm}`),
  })
}

function time(ms: number): string {
  const iso = new Date(ms).toISOString()
  return `<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`
}
