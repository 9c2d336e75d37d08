import { byAnalysisAlone, lessByAnalysis, lintRules, moreByAnalysis } from '../../language/index.ts'
import { BUDGET, startBudget } from '../budget.ts'
import { defineCommand } from '../command.ts'
import { ABOUT_WARNINGS, LINT_FLAGS, reportLint } from './check.ts'

const byLintAlone = lintRules.filter(({ byDefault }) => !byDefault).map(({ entry }) => entry.code)
const exact = [...moreByAnalysis, ...byAnalysisAlone].sort()

export const lint = defineCommand({
  name: 'lint',
  summary: 'Check policies with all lint rules, including those that need symbolic analysis',
  operands: 'PATH…',
  takes: { least: 1, most: Number.POSITIVE_INFINITY },
  flags: { ...LINT_FLAGS, budget: BUDGET },
  more: `In addition to the rules of \`iap check\`, it runs ${byLintAlone.join(', ')}. By symbolic analysis it also finds
${exact.slice(0, -1).join(', ')} and ${exact.at(-1)} where the text alone does not show them, and omits
${[...lessByAnalysis].join(', ')} where analysis shows that it cannot occur. \`spec/language/lint.md\` lists all rules.
With --budget, that analysis ends when its time is up, which is told: warnings may then be missing, so --max-warnings fails.

${ABOUT_WARNINGS}`,
  run: async (io, args) => reportLint(io, args, startBudget(io, 'analysis', args.flags.budget)),
})
