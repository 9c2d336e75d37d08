import { byAnalysisAlone, lessByAnalysis, lintRules, moreByAnalysis } from '../../language/index.ts'
import { defineCommand } from '../command.ts'
import { ABOUT_WARNINGS, LINT_FLAGS, reportLint } from './check.ts'

const byLintAlone = lintRules.filter(({ byDefault }) => !byDefault).map(({ entry }) => entry.code)
const exact = [...moreByAnalysis, ...byAnalysisAlone].sort()

export const lint = defineCommand({
  name: 'lint',
  summary: 'as `check`, with all rules, and with what reasoning over values finds and refutes',
  operands: 'PATH…',
  takes: { least: 1, most: Number.POSITIVE_INFINITY },
  flags: LINT_FLAGS,
  more: `Beyond those of \`iap check\` it runs ${byLintAlone.join(', ')}. \`spec/language/lint.md\` lists all rules.
By reasoning over values it finds ${exact.slice(0, -1).join(', ')} and ${exact.at(-1)} where the text alone does not show them,
and does not report ${[...lessByAnalysis].join(', ')} where that cannot be.

${ABOUT_WARNINGS}`,
  run: async (io, args) => reportLint(io, args, 'all'),
})
