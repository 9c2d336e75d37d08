/** Findings as a report of GitLab's Code Quality, which shows them in merge requests. */
import { positionAt } from '../../language/index.ts'
import { escapeControls } from '../../runtime/base/log.ts'
import { type Finding, fingerprintsOf } from './finding.ts'

/** An element of the report, with the fields that GitLab documents. */
interface CodeQualityIssue {
  readonly description: string
  readonly check_name: string
  readonly fingerprint: string
  readonly severity: 'info' | 'minor' | 'major'
  readonly location: {
    /** Relative to the working directory, which must be the root of the repository. */
    readonly path: string
    readonly lines: { readonly begin: number; readonly end: number }
  }
}

const SEVERITIES = { error: 'major', warning: 'minor', notice: 'info' } as const

export function codeQualityReport(findings: readonly Finding[]): readonly CodeQualityIssue[] {
  const fingerprints = fingerprintsOf(findings)
  return findings.map(({ code, severity, message, help, span: { source, start, end } }, at) => ({
    // A description is one line.
    description: escapeControls(help === '' || help.includes('\n') ? message : `${message} (${help})`),
    check_name: code,
    fingerprint: fingerprints[at] as string,
    severity: SEVERITIES[severity],
    location: {
      path: source.name,
      lines: { begin: positionAt(source, start).line, end: positionAt(source, Math.max(start, end)).line },
    },
  }))
}
