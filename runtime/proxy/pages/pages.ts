import { createHash } from 'node:crypto'
import { foreignText, SHOWN } from '../../base/foreign-text.ts'
import type { Refusal } from '../refusals/refusal.ts'
import { ownCodes } from './own-codes.ts'
import { style as defaultStyle, script } from './page.generated.js'
import { defaultTexts, type PageTexts } from './page-texts.ts'

/** The proxy's HTML pages, rendered with the built-in or the custom style and texts. */
export interface Pages {
  readonly headers: readonly string[]
  refusal(refusal: Refusal, requestId: string): string
  readonly errors: string
  /** Response headers of the page with all error codes. */
  readonly errorsHeaders: readonly string[]
  /** Response headers of the pages below `/.iap/`. */
  readonly ownHeaders: readonly string[]
  own(title: string, body: string, head?: string): string
  /** Returns how an identity of the policy is displayed: by its name, unless the configuration says more. */
  identity(name: string): IdentityDisplay
}

/** How people see an identity of the policy, and its callers. */
export interface IdentityDisplay {
  readonly title: string
  /** The logo as a `data:` URL of a PNG or WebP image; `null` if there is none. */
  readonly logo: string | null
  /** Name of the claim that holds a caller's name; `null` if callers are shown by their subject alone. */
  readonly displayClaim: string | null
}

export interface PageChanges {
  /** CSS of the pages, without `<` and without line breaks other than line feeds. Default: the built-in style. */
  readonly style?: string
  readonly texts?: PageTexts
  readonly identities?: Readonly<Record<string, IdentityDisplay>>
}

/** Creates the proxy's HTML pages. All values inserted into a page are escaped. */
export function createPages({ style = defaultStyle, texts = defaultTexts, identities = {} }: PageChanges = {}): Pages {
  const { labels } = texts
  const note = texts.note === null ? '' : `<p class="note">${inline(texts.note)}</p>\n`
  const displays = new Map(Object.entries(identities))
  const display = (name: string) => displays.get(name) ?? { title: name, logo: null, displayClaim: null }

  /** Names are isolated, as one written from right to left would move what stands beside it. */
  function person({ signedIn }: Refusal): string {
    if (signedIn === undefined) return ''
    const { identity, subject, name } = signedIn
    const shown = name ?? foreignText(subject, SHOWN.identifier)
    const more = [...(name === null ? [] : [foreignText(subject, SHOWN.identifier)]), display(identity).title]
    const rest = more.map((one) => `<bdi>${escapeHtml(one)}</bdi>`).join(' · ')
    const who = `<strong><bdi>${escapeHtml(shown)}</bdi></strong> <small>${rest}</small>`
    return `<p class="who">${escapeHtml(labels.signedInAs)} ${who}</p>\n`
  }

  function refusal(refused: Refusal, requestId: string): string {
    const { status, title, detail, because, advice, code, links = [] } = refused
    const said = { title, detail, advice, ...texts.errors[code] }
    const items = links.map(
      ({ label, href }) => `<li><a class="button" href="${escapeHtml(href)}">${escapeHtml(labels[label])}</a></li>`,
    )
    const done = escapeHtml(labels.copied)
    const copy = `<button type="button" class="copy" data-done="${done}" hidden>${escapeHtml(labels.copy)}</button>`
    return document(
      texts.lang,
      style,
      said.title,
      `<h1>${escapeHtml(said.title)}</h1>
<p>${inline(said.detail)}</p>
${because === null ? '' : `<p class="because">${escapeHtml(because)}</p>\n`}<h2>${escapeHtml(labels.advice)}</h2>
<p>${inline(said.advice)}</p>
${person(refused)}${items.length === 0 ? '' : `<ul>\n${items.join('\n')}\n</ul>\n`}${note}<dl>
<div><dt>${escapeHtml(labels.requestId)}</dt><dd><code class="request-id">${escapeHtml(requestId)}</code> ${copy}</dd></div>
<div><dt>${escapeHtml(labels.status)}</dt><dd>${status} <code>${escapeHtml(code)}</code></dd></div>
</dl>
<script>${script}</script>`,
    )
  }

  return {
    headers: headersFor(style, [`script-src 'sha256-${hashOf(script)}'`], "'none'", 'no-referrer'),
    refusal,
    errors: errorsPage(style),
    errorsHeaders: headersFor(style, [], "'none'", 'no-referrer'),
    // The logos of identities are part of the page.
    ownHeaders: headersFor(style, ['img-src data:'], "'self'", 'same-origin'),
    own: (title, body, head) => document('en', style, title, `<h1>${escapeHtml(title)}</h1>\n${body}`, head),
    identity: display,
  }
}

/**
 * Allows only this style, the given sources and forms: no frames, referrer or text that becomes a script. (With forms, to the
 * own host, else `Origin: null`.)
 */
function headersFor(style: string, sources: readonly string[], forms: string, referrer: string): readonly string[] {
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${hashOf(style)}'`,
    ...sources,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
    // Last: `iap run --dev` adds a source to it.
    `form-action ${forms}`,
  ]
  return [
    ...['content-type', 'text/html; charset=utf-8'],
    ...['content-security-policy', policy.join('; ')],
    ...['referrer-policy', referrer],
  ]
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}

function errorsPage(style: string): string {
  const sections = [...ownCodes].map(([name, { status, meaning }]) => {
    const code = escapeHtml(name)
    return `<section id="${code}"><h2><code>${code}</code> (${status})</h2><p>${inline(meaning)}</p></section>`
  })
  return document(
    'en',
    style,
    'Error codes of this proxy',
    `<h1>Error codes of this proxy</h1>
<p>${inline('A response with the header `x-iap-error` comes from the proxy, and the header has one of these codes.')}</p>
${sections.join('\n')}`,
  )
}

/** `body` and `head` are HTML. */
function document(lang: string, style: string, title: string, body: string, head = ''): string {
  const direction = RIGHT_TO_LEFT.has(lang.split('-', 1)[0]?.toLowerCase() ?? '') ? ' dir="rtl"' : ''
  return `<!doctype html>
<html lang="${escapeHtml(lang)}"${direction}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${head}<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`
}

const RIGHT_TO_LEFT: ReadonlySet<string> = new Set(['ar', 'dv', 'fa', 'he', 'ps', 'ur', 'yi'])

/** Escapes text for HTML, and renders the parts between backticks as code. */
export function inline(text: string): string {
  return escapeHtml(text).replace(/`([^`]*)`/g, '<code>$1</code>')
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
