import { escapeControls } from '../../runtime/index.ts'
import { count, type Style } from '../style.ts'
import { type Finding, KINDS, type Kind } from './findings.ts'

/** Formats findings for a terminal: a line for each, then counts by kind. */
export function showFindings(findings: readonly Finding[], style: Style): string {
  const lines = findings.map((finding) => {
    const colour = finding.kind === 'unknown' || finding.kind === 'renamed' ? style.red : style.yellow
    return `${colour(finding.kind)}${' '.repeat(WIDTH - finding.kind.length)}${textOf(finding, style)}\n`
  })
  return `${lines.join('')}${findings.length === 0 ? style.green('✓') : style.yellow('!')} ${summaryOf(findings)}\n`
}

const WIDTH = Math.max(...KINDS.map((kind) => kind.length)) + 2

/** Returns the number of findings by kind: `2 unknown, 1 untested`. */
export function summaryOf(findings: readonly Finding[]): string {
  const of = (kind: Kind) => findings.filter((one) => one.kind === kind).length
  const told = KINDS.filter((kind) => of(kind) > 0).map((kind) => `${of(kind)} ${kind}`)
  return told.length === 0 ? 'nothing found' : told.join(', ')
}

function textOf(
  { route, service, names, methods, template, message, sources, requests, labels, kind }: Finding,
  style: Style,
): string {
  const name = route ?? (kind === 'unknown' ? names[0] : undefined) ?? service
  const at = template === null ? '' : ` ${methods === null ? 'ANY' : methods[0]} ${template}`
  const asked = requests > 0 && kind === 'unknown' ? [count(requests, 'request')] : []
  const suggested = kind === 'unknown' && labels.length > 0 ? [`is ${labels.join(', ')}`] : []
  const more = [...suggested, ...asked, ...(sources.length === 0 ? [] : [`in ${sources.join(', ')}`])]
  const told = more.length === 0 ? '' : style.dim(escapeControls(` (${more.join('; ')})`))
  return `${style.bold(escapeControls(name))}${escapeControls(`${at}: ${message}`)}${told}`
}
