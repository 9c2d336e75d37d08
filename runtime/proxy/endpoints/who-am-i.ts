import type { CanonicalRequest } from '../../../request/index.ts'
import { displayName, foreignText, SHOWN } from '../../base/foreign-text.ts'
import { escapeHtml } from '../pages/index.ts'
import { prefersHtml } from '../refusals/prefers-html.ts'
import type { Refusal } from '../refusals/refusal.ts'
import { handleIn } from './browser-origin.ts'
import { shownIssuer } from './login.ts'
import { sendOwn } from './send-own.ts'
import { signOutForm } from './sign-out.ts'
import type { Visit } from './visit.ts'

/**
 * Shows the data of the browser's session: name, identity, subject, provider and times, but no tokens and no other claims. A
 * client that asks for JSON, such as the script of a page at the same origin, gets them as JSON.
 */
export async function answerWhoAmI({ context, request, signIn, place }: Visit): Promise<Refusal | null> {
  const handle = handleIn(request, place)
  const session = handle === null ? null : await signIn.look(handle, request.host)
  const { pages } = context.proxy
  context.effect = 'permit'
  const isJson = wantsJson(request)
  if (session === null) {
    if (isJson) return sendJson({ signedIn: false })
    return sendPage('You are not signed in', '<ul><li><a class="button" href="/.iap/login">Sign in</a></li></ul>')
  }
  const { identity, subject, issuer, started, ends, id, told, signed } = session
  const display = pages.identity(identity)
  const name = displayName(display.displayClaim, { ...told, ...signed })
  if (isJson) {
    const times = { started: new Date(started).toISOString(), ends: new Date(ends).toISOString() }
    return sendJson({ signedIn: true, identity, subject, name, issuer, ...times, session: id })
  }
  const rows = [
    ...(name === null ? [] : [['Name', `<strong>${isolated(name)}</strong>`]]),
    ['Identity', isolated(display.title)],
    ['Subject', isolated(foreignText(subject, SHOWN.identifier))],
    ['Provider', isolated(foreignText(shownIssuer(issuer), SHOWN.identifier))],
    ['Signed in', time(started)],
    ['Until', `${time(ends)} at the latest`],
    ['Session', escapeHtml(id)],
  ]
  const list = rows.map(([term, value]) => `<div><dt>${term}</dt><dd>${value}</dd></div>`).join('\n')
  return sendPage('You are signed in', `<dl>\n${list}\n</dl>\n${signOutForm}`)

  function sendPage(title: string, body: string): null {
    return sendOwn(context, { status: 200, html: pages.own(title, body), headers: ['vary', 'Accept'] })
  }

  function sendJson(body: object): null {
    const text = `${JSON.stringify(body)}\n`
    return sendOwn(context, { status: 200, text, type: 'application/json', headers: ['vary', 'Accept'] })
  }
}

function wantsJson({ headers }: CanonicalRequest): boolean {
  const accept = headers.get('accept')
  return accept !== undefined && /application\/json/i.test(accept) && !prefersHtml(accept)
}

/** Isolated, as text written from right to left would move what stands beside it. */
function isolated(text: string): string {
  return `<bdi>${escapeHtml(text)}</bdi>`
}

function time(ms: number): string {
  const iso = new Date(ms).toISOString()
  return `<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`
}
