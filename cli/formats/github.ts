/** Findings as GitHub's workflow commands, which annotate the lines of a pull request. */
import { positionAt } from '../../language/index.ts'
import { escapedLines } from '../report.ts'
import type { Finding } from './finding.ts'

/**
 * Formats findings as workflow commands of GitHub Actions, one per line: `::error
 * file=a.iap,line=1,endLine=1,col=7,endColumn=10,title=IAP2001::…`.
 */
export function githubCommands(findings: readonly Finding[]): string {
  return findings.map((finding) => `${commandOf(finding)}\n`).join('')
}

function commandOf({ code, severity, message, help, span }: Finding): string {
  const start = positionAt(span.source, span.start)
  const end = positionAt(span.source, Math.max(span.start, span.end))
  const properties: readonly (readonly [string, string | number])[] = [
    ['file', span.source.name],
    ['line', start.line],
    ['endLine', end.line],
    // Columns apply only within one line.
    ...(start.line === end.line
      ? ([
          ['col', start.column],
          ['endColumn', end.column],
        ] as const)
      : []),
    ['title', code],
  ]
  const list = properties.map(([name, value]) => `${name}=${escapeProperty(String(value))}`).join(',')
  return `::${severity} ${list}::${escapeData(help === '' ? message : `${message}\n${help}`)}`
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').split('\r').map(escapedLines).join('%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
