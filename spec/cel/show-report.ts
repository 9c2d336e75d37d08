/** The report as a table for people, and as JSON. */
import { type FileReport, type Report, sum } from './report.ts'

export function jsonOf({ total, files }: Report): string {
  return JSON.stringify({ total, files }, null, 2)
}

export function tableOf({ total, files }: Report): string {
  const { cases, inScope, passed, knownDeviations } = total
  const evaluated = files.filter(({ evaluated }) => evaluated > 0)
  const [strings, math] = ['string_ext', 'math_ext'].map((name) =>
    sum(
      evaluated.filter(({ file }) => file === name),
      'evaluated',
    ),
  )
  const all = sum(files, 'evaluated')
  return [
    ...files.flatMap(linesOf),
    '',
    `${cases} cases, ${inScope} in scope: ${passed} passed, ${knownDeviations} known deviations (${sum(files, 'rightWithVariables')} of them as the suite has it with literals as variables)`,
    `${all} evaluated, by the interpreter and as compiled code: ${all - (strings ?? 0) - (math ?? 0)} of the language, ${strings} of strings, ${math} of math`,
    `${sum(files, 'evaluatedWithVariables')} of these once more with their literals as variables`,
  ].join('\n')
}

function linesOf(one: FileReport): readonly string[] {
  const rules = Object.entries(one.outOfScope).map(([rule, count]) => `${rule} ${count}`)
  const right = one.rightWithVariables > 0 ? ` (${one.rightWithVariables} right with literals as variables)` : ''
  const deviations = one.knownDeviations > 0 ? `, ${one.knownDeviations} known deviations${right}` : ''
  const failed = one.failures.length > 0 ? `, ${one.failures.length} FAILED` : ''
  const numbers = [`${one.cases} cases`, `${one.inScope} in scope`, `${one.passed} passed`]
    .map((text) => text.padStart(13))
    .join(',')
  return [
    `${one.file.padEnd(15)}${numbers}${deviations}${failed}`,
    ...(rules.length > 0 ? [`${' '.repeat(18)}out of scope: ${rules.join(', ')}`] : []),
  ]
}
