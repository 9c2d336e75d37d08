import type { ServerResponse } from 'node:http'
import type { MfaConfig } from '../../../runtime/identity/index.ts'
import { createPages, escapeHtml } from '../../../runtime/proxy/pages/index.ts'
import type { DevCallers } from '../callers.ts'

/** What the proxy asks for when it redirects a browser to the development provider for sign-in. */
export interface SignInRequest {
  readonly identity: string
  /** The origin of the application to which the browser returns after sign-in. */
  readonly origin: string
  /** Authentication context classes that the proxy requests, by `acr_values`. */
  readonly acr: readonly string[]
  /** Whether the proxy demands a new sign-in of a caller who is signed in already. */
  readonly again: boolean
  readonly mfa: MfaConfig
}

const { own, ownHeaders } = createPages()

/**
 * Value of a field in the sign-in form: authentication with several factors. A value that begins with `ACR` requests an
 * authentication context class (`acr`), which follows this prefix.
 */
export const FACTORS = 'mfa'
export const ACR = 'acr:'

/** Returns the HTML page on which a developer chooses the caller to sign in as, without a password. */
export function pickerPage(request: SignInRequest, callers: DevCallers): string {
  const { identity } = request
  const names = Object.keys(callers)
  const who = `<p>This provider is for development and needs no password. You are signing in to \
<code>${escapeHtml(request.origin)}</code> as <code>${escapeHtml(identity)}</code>.</p>`
  if (names.length === 0)
    return own(
      'No callers to sign in as',
      `${who}
<p>The file of <code>dev.callers</code> has no caller with the identity <code>${escapeHtml(identity)}</code>. Add one, and \
reload this page:</p>
<p><code>"ann": { "identity": "${escapeHtml(identity)}", "claims": { } }</code></p>`,
    )
  const stepsUp = request.acr.length > 0 || request.again
  return own(
    stepsUp ? 'Sign in again' : 'Who are you?',
    `${stepsUp ? '<p>A rule requires a stronger sign-in than the previous one.</p>\n' : ''}${who}
<form method="post">
<fieldset>
<legend>How do you sign in?</legend>
${waysOf(request)
  .map(({ value, text, chosen }) => {
    const mark = chosen ? ' checked' : ''
    return `<div><label><input type="radio" name="how" value="${escapeHtml(value)}"${mark}> ${text}</label></div>`
  })
  .join('\n')}
</fieldset>
<ul>
${names.map((name) => `<li>${callerButton(name, callers[name]?.claims ?? {})}</li>`).join('\n')}
</ul>
<p></p>
<button name="refuse" value="yes">Refuse to sign in</button>
</form>`,
  )
}

export function messagePage(title: string, text: string): string {
  return own(title, `<p>${escapeHtml(text)}</p>`)
}

/**
 * Sets the security headers of an HTML page on the response.
 *
 * @param leadsTo a further origin for `form-action`, as browsers apply it to redirects after a form too; null if there is none
 */
export function setPageHeaders(response: ServerResponse, leadsTo: string | null): void {
  for (let at = 0; at < ownHeaders.length; at += 2) {
    const [name = '', value = ''] = ownHeaders.slice(at, at + 2)
    const more = name === 'content-security-policy' && leadsTo !== null ? ` ${leadsTo}` : ''
    // `form-action` is the last directive.
    response.setHeader(name, value + more)
  }
  response.setHeader('cache-control', 'no-store')
  response.setHeader('x-content-type-options', 'nosniff')
}

function callerButton(name: string, { sub: _, ...claims }: Readonly<Record<string, unknown>>): string {
  const text = escapeHtml(name)
  return `<button name="caller" value="${text}">${text}<small><code>${escapeHtml(JSON.stringify(claims))}</code></small></button>`
}

interface Way {
  readonly value: string
  /** As HTML. */
  readonly text: string
  readonly chosen: boolean
}

/** Preselects the requested way; a provider that ignores the request is worth trying too. */
function waysOf({ acr, again, mfa }: SignInRequest): readonly Way[] {
  const [method] = mfa.amr
  const [name, word] = method === undefined ? ['acr', mfa.acr[0] ?? ''] : ['amr', method]
  const asked = acr.map((value, index) => ({
    value: `${ACR}${value}`,
    text: `as requested: <code>acr</code> <code>${escapeHtml(value)}</code>`,
    chosen: index === 0,
  }))
  const stepsUp = acr.length === 0 && again
  return [
    { value: '', text: 'as in the callers file', chosen: acr.length === 0 && !stepsUp },
    { value: FACTORS, text: `with several factors: <code>${name}</code> <code>${escapeHtml(word)}</code>`, chosen: stepsUp },
    ...asked,
  ]
}
