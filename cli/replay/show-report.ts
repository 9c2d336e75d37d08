/** The report of `iap replay` as text. */
import { escapeControls } from '../../runtime/index.ts'
import type { ChangeGroup, DecisionSummary, ReplaySample, Report } from '../../runtime/telemetry/replay/index.ts'
import { count, type Style } from '../style.ts'

const KINDS: Readonly<Record<ChangeGroup['change'], string>> = {
  'gains-access': 'gains access',
  'loses-access': 'loses access',
  'other-effect': 'refused differently',
  'other-route': 'another route',
  'other-reason': 'another reason',
  'other-obligations': 'other obligations',
}

/** The length of each list. */
const SHOWN = 20

export function showReport(report: Report, style: Style): string {
  const { decisions, same, changed, undetermined, undecided, changes, needs } = report
  const lines = changes.slice(0, SHOWN).flatMap((group) => [...changeLines(group, style), ''])
  if (changes.length > SHOWN) lines.push(`and ${changes.length - SHOWN} changes of other kinds`, '')
  for (const { needs: lacking, count: times, samples } of needs.slice(0, SHOWN))
    lines.push(
      `${style.yellow('?')} undetermined: needs ${style.bold(escapeControls(lacking))}  ${times}×  ` +
        style.dim(samplesText(samples)),
    )
  if (needs.length > SHOWN) lines.push(`and ${needs.length - SHOWN} more missing values`)
  if (needs.length > 0) lines.push('')
  const mark = changed > 0 ? style.red('✗') : undetermined > 0 ? style.yellow('?') : style.green('✓')
  const more = undecided > 0 ? `; ${count(undecided, 'request')} that no policy had decided` : ''
  lines.push(`${mark} ${count(decisions, 'decision')}: ${same} the same, ${changed} changed, ${undetermined} undetermined${more}`)
  return `${lines.join('\n')}\n`
}

function changeLines({ change, before, after, count: times, samples }: ChangeGroup, style: Style): readonly string[] {
  const paint = change === 'gains-access' || change === 'loses-access' ? style.red : style.yellow
  const route = before.route === after.route ? routeOf(before) : `${routeOf(before)} → ${routeOf(after)}`
  return [
    `${paint(KINDS[change])}  ${style.bold(escapeControls(route))}  ${times}×`,
    `  ${sideText(before)} → ${sideText(after)}`,
    `  ${style.dim(samplesText(samples))}`,
  ]
}

function routeOf({ route }: DecisionSummary): string {
  return route ?? 'no route'
}

function sideText({ effect, rules, reason }: DecisionSummary): string {
  const by = rules.length > 0 ? ` by ${rules.join(', ')}` : reason === null ? '' : ` (${reason})`
  return escapeControls(`${effect}${by}`)
}

function samplesText(samples: readonly ReplaySample[]): string {
  return samples
    .map(({ requestId, file, line }) => escapeControls(`${file}:${line}${requestId === null ? '' : ` ${requestId}`}`))
    .join(', ')
}
