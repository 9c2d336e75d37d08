import { positionAt, type Source } from '../../../language/source.ts'
import type { Coverage } from './measure-coverage.ts'
import { type Gap, uncovered } from './uncovered.ts'

/** Returns a standalone page with the figures, what no test decides, and the marked sources. No script. */
export function coverageHtml(coverage: Coverage): string {
  const gaps = uncovered(coverage)
  const sources = sourcesOf(coverage)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>What the tests of this policy decide</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>What the tests of this policy decide</h1>
${figures(coverage)}
${gaps.length === 0 ? '<p>Every route, every rule, and every clause both ways.</p>' : `<h2>What no test decides</h2>\n<ul>\n${gaps.map(item).join('\n')}\n</ul>`}
${sources.map((source) => page(source, coverage, gaps)).join('\n')}
</main>
</body>
</html>
`
}

function figures({ routes, rules, clauses, covered, total, percent }: Coverage): string {
  const of = (list: readonly { readonly tests: number }[]) => `${list.filter(({ tests }) => tests > 0).length} of ${list.length}`
  const ways = clauses.flatMap((clause) => [clause.true, clause.false])
  const rows = [
    ['routes', of(routes)],
    ['rules', of(rules)],
    ['clauses, each way', `${ways.filter((count) => count > 0).length} of ${ways.length}`],
    ['together', `${covered} of ${total}, ${Math.floor(percent * 10) / 10} %`],
  ]
  return `<table>\n${rows.map(([name, value]) => `<tr><th scope="row">${name}</th><td>${value}</td></tr>`).join('\n')}\n</table>`
}

function item({ message, span }: Gap): string {
  const words = escapeHtml(message).replace(/`([^`]*)`/g, '<code>$1</code>')
  if (span === null) return `<li>${words}</li>`
  const { line } = positionAt(span.source, span.start)
  return `<li>${words} <a href="#${anchor(span.source, line)}">${escapeHtml(span.source.name)}:${line}</a></li>`
}

function sourcesOf({ routes, rules, clauses }: Coverage): readonly Source[] {
  const sources = new Map<string, Source>()
  for (const { span } of [...routes, ...rules, ...clauses]) if (span !== null) sources.set(span.source.name, span.source)
  return [...sources.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

function page(source: Source, coverage: Coverage, gaps: readonly Gap[]): string {
  const notes = new Map<number, string[]>()
  const note = (offset: number, text: string) => {
    const { line } = positionAt(source, offset)
    notes.set(line, [...(notes.get(line) ?? []), text])
  }
  for (const { span, tests } of [...coverage.routes, ...coverage.rules])
    if (span?.source === source) note(span.start, `${tests}×`)
  for (const clause of coverage.clauses)
    if (clause.span.source === source) note(clause.span.start, `${clause.true}× true, ${clause.false}× false`)
  const missed = new Set(gaps.flatMap(({ span }) => (span?.source === source ? [positionAt(source, span.start).line] : [])))
  const rows = source.text.split('\n').map((text, at) => {
    const line = at + 1
    const kind = missed.has(line) ? ' class="missed"' : notes.has(line) ? ' class="covered"' : ''
    const counts = escapeHtml((notes.get(line) ?? []).join('; '))
    return `<tr id="${anchor(source, line)}"${kind}><td>${line}</td><td>${counts}</td><td><pre>${escapeHtml(text)}</pre></td></tr>`
  })
  return `<h2>${escapeHtml(source.name)}</h2>\n<table class="source">\n${rows.join('\n')}\n</table>`
}

function anchor({ name }: Source, line: number): string {
  return `${encodeURIComponent(name)}-${line}`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

const STYLE = `
:root { color-scheme: light dark }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif }
main { max-width: 80rem; margin: 2rem auto; padding: 0 1.25rem }
th { text-align: left; font-weight: normal; padding-right: 2rem }
.source { border-collapse: collapse; width: 100%; font-size: .875rem }
.source td { padding: 0 .75rem; white-space: nowrap; vertical-align: top }
.source td:nth-child(-n+2) { text-align: right; opacity: .7 }
.source td:last-child { width: 100%; border-left: .25rem solid transparent }
.source pre { margin: 0; white-space: pre-wrap }
.covered td:last-child { border-left-color: #2a9d4a }
.missed td:last-child { border-left-color: #d33; background: #d331 }
tr:target { outline: 2px solid }
`
