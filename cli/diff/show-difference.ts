import type { Change, Difference, Permissiveness } from '../../analysis/diff/index.ts'
import type { Style } from '../style.ts'
import { callerText, declarationLines, rulesOf, summaryOf, verdictText } from './words.ts'

/** Formats the differences between two policies for a terminal. */
export function showDifference(difference: Difference, style: Style): string {
  const { changes } = difference
  const declarations = declarationLines(difference)
  const blocks = changes.map((change) => showChange(change, style))
  const sign = changes.some(({ mayPermitMore }) => mayPermitMore) ? style.red('✗') : style.green('✓')
  return [
    ...blocks,
    ...(declarations.length === 0 ? [] : [`${declarations.join('\n')}\n`]),
    `${sign} ${summaryOf(difference)}\n`,
  ].join('\n')
}

function showChange(change: Change, style: Style): string {
  const { route, was, identity, verdict, witnesses, why } = change
  const { before, after } = rulesOf(change)
  const named = was === null || was === route ? '' : style.dim(`  was ${was}`)
  const lines = [
    `${colourOf(verdict, style)(verdictText(change))}  ${style.bold(route)} for ${style.bold(callerText(identity))}${named}`,
    ...(before.length + after.length === 0
      ? []
      : [style.dim(`  decided by ${before.join(', ') || 'no rule'}, now by ${after.join(', ') || 'no rule'}`)]),
    ...why.map((one) => `  cannot be analyzed: ${one}`),
    ...witnesses.flatMap(({ test }) => ['', test.trimEnd().replace(/^(?=.)/gm, '    ')]),
  ]
  return `${lines.join('\n')}\n`
}

function colourOf(verdict: Permissiveness, style: Style): (text: string) => string {
  if (verdict === 'less-permissive') return style.green
  return verdict === 'other' ? style.cyan : verdict === 'more-permissive' ? style.red : style.yellow
}
