import { createHash } from 'node:crypto'
import type { Refusal } from './refusal.ts'

const STYLE = `
:root { color-scheme: light dark }
body { margin: 0; font: 1.0625rem/1.5 system-ui, sans-serif }
main { max-width: 38rem; margin: 12vh auto 2rem; padding: 0 1.25rem }
h1 { margin: 0 0 1rem; font-size: 1.75rem; line-height: 1.2 }
dl { margin: 2rem 0 0; padding-top: 1rem; border-top: 1px solid; display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; font-size: .875rem }
dd { margin: 0; overflow-wrap: anywhere }
dt:target, section:target { outline: 2px solid; outline-offset: .5rem }
`

/** Nothing but that style: no script, no image, no form, no frame around it. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

/** What happened, why, what to do, and the request id to tell. */
export function refusalPage(refusal: Refusal, requestId: string): string {
  const { status, title, detail, because, advice, code } = refusal
  const why = because === null ? '' : `<p><strong>${escapeHtml(because)}</strong></p>\n`
  return page(
    title,
    `<h1>${escapeHtml(title)}</h1>
<p>${inline(detail)}</p>
${why}<p>${inline(advice)}</p>
<dl>
<dt>Request id</dt><dd>${escapeHtml(requestId)}</dd>
<dt>Status</dt><dd>${status} ${escapeHtml(code)}</dd>
</dl>`,
  )
}

/** A whole document; `body` is HTML. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`
}

/** `…` between backticks is code. */
export function inline(text: string): string {
  return escapeHtml(text).replace(/`([^`]*)`/g, '<code>$1</code>')
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
