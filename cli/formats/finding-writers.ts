import type { Output } from '../io.ts'
import { writeJson } from '../report.ts'
import { codeQualityReport } from './code-quality.ts'
import type { Finding } from './finding.ts'
import { githubCommands } from './github.ts'

/** Returns the writers of the formats that show findings beside the lines of a change. */
export function findingWriters(
  findings: () => readonly Finding[],
): Readonly<Record<'github' | 'gitlab', (output: Output) => void>> {
  return {
    github: (output) => output.write(githubCommands(findings())),
    gitlab: (output) => writeJson(output, codeQualityReport(findings())),
  }
}
