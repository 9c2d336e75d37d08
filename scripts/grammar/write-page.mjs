// One page that needs nothing but itself: every production as a railroad diagram, linked to those that it names.
import { drawRailroad, escapeHtml } from './draw-railroad.mjs'
import { writeEbnf } from './write-ebnf.mjs'

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --line: #57606a; --literal: #dff0e3; --token: #fdf1d3; --rule: #dbe9fb; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --paper: #0d1117; --line: #8b949e; --literal: #12371f; --token: #4a3a08; --rule: #12305a; }
}
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
h3 { font: 600 1rem ui-monospace, monospace; margin: 2rem 0 0.25rem; }
h3:target { text-decoration: underline; }
a { color: inherit; }
nav { columns: 12rem; font: 0.9rem ui-monospace, monospace; }
nav a { display: block; }
figure { margin: 0; overflow-x: auto; }
pre { font: 0.85rem ui-monospace, monospace; white-space: pre-wrap; margin: 0.25rem 0; opacity: 0.8; }
svg path { fill: none; stroke: var(--line); stroke-width: 1.5; }
svg rect { stroke: var(--line); stroke-width: 1.5; }
svg text { font: 13px ui-monospace, monospace; text-anchor: middle; fill: var(--ink); }
svg .literal rect { fill: var(--literal); }
svg .token rect { fill: var(--token); }
svg .rule rect { fill: var(--rule); }
`

/** @param {ReturnType<typeof import('./chapters.mjs').chaptersOf>} chapters */
export function writePage(chapters) {
  const list = chapters.flatMap(({ productions }) => productions.map(({ name }) => `<a href="#${name}">${name}</a>`))
  const body = chapters.flatMap(({ title, productions }) => [`<h2>${escapeHtml(title)}</h2>`, ...productions.map(section)])
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The grammar of .iap</title>
<style>${STYLE}</style>
<h1>The grammar of .iap</h1>
<p>Generated from the parser by <code>scripts/generate-grammar.mjs</code>. Round: what stands in the text. Square: another production, or, in
capitals, <a id="lexing" href="../grammar.md#lexing">a token</a>. What the drawings do not say is in <a href="../grammar.md">the chapter on the grammar</a>.</p>
<nav>
${list.join('\n')}
</nav>
${body.join('\n')}
</html>
`
}

function section(production) {
  return `<h3 id="${production.name}">${production.name}</h3>
<figure>${drawRailroad(production)}</figure>
<pre>${escapeHtml(writeEbnf([production]))}</pre>`
}
