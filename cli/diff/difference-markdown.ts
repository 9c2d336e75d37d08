import type { Change, Difference } from '../../analysis/diff/index.ts'
import { callerText, declarationLines, rulesOf, summaryOf, verdictText } from './words.ts'

/** GitHub accepts comments of 65,536 characters; this leaves room for others' text. */
const MOST = 60_000
/** The maximum number of route names in a row. */
const ROUTES = 4

/** Formats a pull request comment. Possible new permissions come first, so that nothing crowds them out. */
export function differenceMarkdown(difference: Difference, before: string, after: string): string {
  const changes = difference.changes.toSorted((a, b) => Number(b.mayPermitMore) - Number(a.mayPermitMore))
  const head = `### Policy change: ${code(before)} → ${code(after)}\n\n${summaryOf(difference)}\n`
  const lines = declarationLines(difference).map((line) => `${line}\n`)
  const declared = lines.length === 0 ? '' : folded('Declarations', cut(lines, MOST / 4, '…\n'), 'diff')
  const table = changes.length === 0 ? '' : cut([TABLE, ...rowsOf(changes)], MOST / 4, MORE)
  const details = changes.map((change) => {
    const { route, identity, witnesses, why } = change
    const text = [
      ...why.map((one) => `// cannot be analyzed: ${one.replaceAll(/\s+/g, ' ')}`),
      ...witnesses.map(({ test }) => test),
    ]
    return folded(`${route}, ${callerText(identity)}: ${verdictText(change)}`, text.join('\n'), 'iap')
  })
  const shown = cut(details, MOST - head.length - declared.length - table.length, MORE)
  return [head, table, shown, declared].filter((part) => part !== '').join('\n')
}

const MORE = '\n_Truncated: run `iap diff` for the complete comparison._\n'

const TABLE = '| route | caller | change | rules before | rules now |\n| --- | --- | --- | --- | --- |\n'

/** Routes with the same change for the same callers by the same rules share a row. */
function rowsOf(changes: readonly Change[]): readonly string[] {
  const rows = new Map<string, string[]>()
  for (const change of changes) {
    const { before, after } = rulesOf(change)
    const cells = [code(callerText(change.identity)), bold(change), names(before), names(after)].join(' | ')
    rows.set(cells, [...(rows.get(cells) ?? []), routeText(change)])
  }
  return [...rows].map(([cells, routes]) => {
    // Every route with possible new permissions is named.
    const shown = cells.includes('**') ? routes : routes.slice(0, ROUTES)
    const more = routes.length - shown.length
    return `| ${shown.join(', ')}${more === 0 ? '' : ` and ${more} more`} | ${cells} |\n`
  })
}

function routeText({ route, was }: Change): string {
  return was === null || was === route ? code(route) : `${code(route)}, was ${code(was)}`
}

function bold(change: Change): string {
  return change.mayPermitMore ? `**${verdictText(change)}**` : verdictText(change)
}

function names(rules: readonly string[]): string {
  return rules.map(code).join(', ')
}

/** Escapes text from policy authors and revision names: no markup, and no end of a line or cell. */
function code(text: string): string {
  const plain = text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|')
  const fence = '`'.repeat(longestRun(plain) + 1)
  return fence.length === 1 ? `\`${plain}\`` : `${fence} ${plain} ${fence}`
}

function folded(title: string, text: string, language: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1))
  return `<details><summary>${title}</summary>\n\n${fence}${language}\n${text.trimEnd()}\n${fence}\n\n</details>\n`
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
}

/** As many as there is room for. */
function cut(parts: readonly string[], room: number, note: string): string {
  let text = ''
  for (const part of parts) {
    if (text.length + part.length > room) return `${text}${note}`
    text += part
  }
  return text
}
