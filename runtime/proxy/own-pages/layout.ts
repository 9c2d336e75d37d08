import { createHash } from 'node:crypto'
import { escapeHtml } from '../refusal-page.ts'

const STYLE = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 25%, transparent); --accent: light-dark(#0b57d0, #a8c7fa) }
body { margin: 0; font: 1.0625rem/1.5 system-ui, sans-serif }
main { max-width: 30rem; margin: 12vh auto 2rem; padding: 0 1.25rem }
h1 { margin: 0 0 1rem; font-size: 1.75rem; line-height: 1.2 }
dl { margin: 1.5rem 0; padding: 1rem 0; border: solid var(--line); border-width: 1px 0; display: grid; grid-template-columns: auto 1fr; gap: .375rem 1.25rem }
dt { opacity: .75 }
dd { margin: 0; overflow-wrap: anywhere }
ul { margin: 1.5rem 0; padding: 0; list-style: none; display: grid; gap: .75rem }
a { color: var(--accent) }
li a, button { display: block; box-sizing: border-box; width: 100%; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .5rem; background: none; color: inherit; font: inherit; text-align: start; text-decoration: none; cursor: pointer }
li a:hover, button:hover { border-color: currentColor }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
small { display: block; opacity: .75; overflow-wrap: anywhere }
`

/** No script, no image, no frame around it; forms go to this host alone. */
export const OWN_PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ')

/** A whole document. `body` is HTML; `head`, too. */
export function ownPage(title: string, body: string, head = ''): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${head}<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`
}
