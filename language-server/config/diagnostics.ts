import { type CodeAction, CodeActionKind, type Diagnostic, DiagnosticTag, type Range } from 'vscode-languageserver-types'
import { offsetOf, rangeOf } from '../text/positions.ts'
import type { Workspace } from '../workspace/workspace.ts'
import type { ConfigFile } from './config-files.ts'
import { type ConfigFinding, findingsOf } from './findings.ts'

/** Maximum diagnostics of one configuration. */
const MOST = 500

/** Returns the diagnostics of the configurations that are open or belong to projects in use, by URI. */
export function configDiagnosticsOf(workspace: Workspace): Map<string, Diagnostic[]> {
  const found = new Map<string, Diagnostic[]>()
  for (const config of workspace.configsInUse) {
    const findings = findingsOf(config, workspace.configs.policiesOf(config)).slice(0, MOST)
    found.set(
      workspace.uriOfPath(config.path),
      findings.map((finding) => diagnosticOf(workspace, finding)),
    )
  }
  return found
}

/** Returns the quick fixes of the findings in a range. */
export function configActionsAt(workspace: Workspace, config: ConfigFile, range: Range): CodeAction[] {
  const [start, end] = [offsetOf(config.source, range.start), offsetOf(config.source, range.end)]
  const findings = findingsOf(config, workspace.configs.policiesOf(config))
  return findings.flatMap((finding) => {
    if (finding.span.start > end || start > finding.span.end) return []
    return finding.fixes.map(({ title, edit: { text, ...span } }, at): CodeAction => {
      const edit = { range: rangeOf({ source: config.source, ...span }), newText: text }
      return {
        title,
        kind: CodeActionKind.QuickFix,
        diagnostics: [diagnosticOf(workspace, finding)],
        isPreferred: at === 0 && finding.fixes.length === 1,
        edit: { changes: { [workspace.uriOfPath(config.path)]: [edit] } },
      }
    })
  })
}

function diagnosticOf(workspace: Workspace, { span, severity, message, related, isUnused }: ConfigFinding): Diagnostic {
  const location = related && {
    uri: workspace.uriOf(related.policies.project, related.span.source.name),
    range: rangeOf(related.span),
  }
  return {
    range: rangeOf(span),
    severity,
    code: 'config',
    source: 'iap',
    message,
    ...(isUnused ? { tags: [DiagnosticTag.Unnecessary] } : {}),
    ...(location === null ? {} : { relatedInformation: [{ location, message: 'declared here' }] }),
  }
}
