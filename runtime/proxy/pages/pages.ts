import { createHash } from 'node:crypto'
import type { Refusal } from '../refusals/refusal.ts'
import { ownCodes } from './own-codes.ts'
import { defaultStyle } from './page-style.ts'
import { defaultTexts, type PageTexts } from './page-texts.ts'

/** The proxy's HTML pages, rendered with the built-in or the custom style and texts. */
export interface Pages {
  readonly headers: readonly string[]
  refusal(refusal: Refusal, requestId: string): string
  readonly errors: string
  /** Response headers of the pages below `/.iap/`. */
  readonly ownHeaders: readonly string[]
  own(title: string, body: string, head?: string): string
}

export interface PageChanges {
  /** CSS of the pages, without `<` and without line breaks other than line feeds. Default: the built-in style. */
  readonly style?: string
  readonly texts?: PageTexts
}

/** Creates the proxy's HTML pages. All values inserted into a page are escaped. */
export function createPages({ style = defaultStyle, texts = defaultTexts }: PageChanges = {}): Pages {
  const { labels } = texts
  const note = texts.note === null ? '' : `<p class="note">${inline(texts.note)}</p>\n`

  function refusal({ status, title, detail, because, advice, code, links = [] }: Refusal, requestId: string): string {
    const said = { title, detail, advice, ...texts.errors[code] }
    const items = links.map(({ label, href }) => `<li><a href="${escapeHtml(href)}">${escapeHtml(labels[label])}</a></li>`)
    return document(
      texts.lang,
      style,
      said.title,
      `<h1>${escapeHtml(said.title)}</h1>
<p>${inline(said.detail)}</p>
${because === null ? '' : `<p class="because">${escapeHtml(because)}</p>\n`}<h2>${escapeHtml(labels.advice)}</h2>
<p>${inline(said.advice)}</p>
${items.length === 0 ? '' : `<ul>\n${items.join('\n')}\n</ul>\n`}${note}<dl>
<div><dt>${escapeHtml(labels.requestId)}</dt><dd><code>${escapeHtml(requestId)}</code></dd></div>
<div><dt>${escapeHtml(labels.status)}</dt><dd>${status} <code>${escapeHtml(code)}</code></dd></div>
</dl>`,
    )
  }

  return {
    headers: headersFor(style, "'none'", 'no-referrer'),
    refusal,
    errors: errorsPage(style),
    ownHeaders: headersFor(style, "'self'", 'same-origin'),
    own: (title, body, head) => document('en', style, title, `<h1>${escapeHtml(title)}</h1>\n${body}`, head),
  }
}

/**
 * Allows only this style and given forms: no scripts, images, frames or referrer. (With forms, to the own host, else `Origin:
 * null`.)
 */
function headersFor(style: string, forms: string, referrer: string): readonly string[] {
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    `form-action ${forms}`,
  ]
  return [
    ...['content-type', 'text/html; charset=utf-8'],
    ...['content-security-policy', policy.join('; ')],
    ...['referrer-policy', referrer],
  ]
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
