import { type Diagnostic, DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver-types'
import type { Diagnostic as Finding } from '../../language/index.ts'
import { rangeOf } from '../text/positions.ts'
import type { Project } from '../workspace/project.ts'
import type { Workspace } from '../workspace/workspace.ts'

/** Maximum diagnostics of one file. Generated policies can have one mistake tens of thousands of times. */
const MOST = 500

/** Returns the diagnostics of each source of a project by its URI; an empty list for a source without any. */
export function diagnosticsOf(workspace: Workspace, project: Project, findings: readonly Finding[]): Map<string, Diagnostic[]> {
  const found = new Map<string, Diagnostic[]>()
  for (const { name } of project.checked.sources) found.set(workspace.uriOf(project, name), [])
  for (const finding of findings) {
    const of = found.get(workspace.uriOf(project, finding.span.source.name))
    if (of !== undefined && of.length < MOST) of.push(diagnosticOf(workspace, project, finding))
  }
  return found
}

export function diagnosticOf(workspace: Workspace, project: Project, finding: Finding): Diagnostic {
  const { code, severity, message, help, span, related } = finding
  const href = workspace.pageOf(code)
  return {
    range: rangeOf(span),
    severity: severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
    code,
    ...(href === null ? {} : { codeDescription: { href } }),
    source: 'iap',
    message: help === '' ? message : `${message}\n${help}`,
    ...(UNNECESSARY.has(code) ? { tags: [DiagnosticTag.Unnecessary] } : {}),
    relatedInformation: related.map((one) => ({
      location: { uri: workspace.uriOf(project, one.span.source.name), range: rangeOf(one.span) },
      message: one.message,
    })),
  }
}

/** Codes of declarations and imports that nothing uses, which editors show faded. */
const UNNECESSARY: ReadonlySet<string> = new Set([
  ...['IAP5014', 'IAP5015', 'IAP5016', 'IAP5017', 'IAP5018', 'IAP5019', 'IAP5020'],
])
