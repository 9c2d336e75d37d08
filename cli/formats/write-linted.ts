import { diagnosticJson, type LintedPaths } from '../../compiler/project/index.ts'
import type { Flag } from '../command.ts'
import type { Io } from '../io.ts'
import { checkSummary, writeDiagnostics, writeJson } from '../report.ts'
import { count, paint } from '../style.ts'
import { programVersion } from '../version.ts'
import { githubCommands } from './github.ts'
import { sarifLog } from './sarif.ts'

export const DIAGNOSTICS_FORMAT = {
  type: 'string',
  value: 'human|json|sarif|github',
  oneOf: ['human', 'json', 'sarif', 'github'],
  help: 'Write text, JSON, SARIF for code scanning, or commands for GitHub workflows (default: human)',
} as const satisfies Flag

/**
 * Writes the diagnostics of `check` and `lint` in the requested format.
 *
 * @param bad whether the command fails, because of errors or too many warnings
 */
export function writeLinted(io: Io, format: string | undefined, linted: LintedPaths, bad: boolean): void {
  const { diagnostics, ignored, sources, errors, warnings, fixed } = linted
  if (fixed.count > 0)
    io.stderr.write(
      `${count(fixed.count, 'fix', 'fixes')} in ${fixed.files
        .map(({ name }) => name)
        .sort()
        .join(', ')}\n`,
    )
  switch (format) {
    case 'json':
      writeJson(io.stdout, {
        diagnostics: diagnostics.map(diagnosticJson),
        files: sources.length,
        errors,
        warnings,
        ignored: ignored.map(({ diagnostic, reason }) => ({ ...diagnosticJson(diagnostic), reason })),
        fixed: fixed.count,
      })
      return
    case 'sarif':
      writeJson(io.stdout, sarifLog(diagnostics, ignored, programVersion(io)))
      return
    case 'github':
      io.stdout.write(githubCommands(diagnostics))
      return
    default: {
      writeDiagnostics(io.stdout, diagnostics)
      const style = paint(io.stdout)
      io.stdout.write(`${bad ? style.red('✗') : style.green('✓')} ${checkSummary(linted)}\n`)
    }
  }
}
