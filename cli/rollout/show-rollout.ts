import { escapeControls } from '../../runtime/index.ts'
import type { Output } from '../io.ts'
import { count, paint } from '../style.ts'
import type { CandidateReply, DifferenceReply, LastReply, RolloutReply } from './rollout-reply.ts'

/** Writes the active policy, the candidate with its progress, and the outcome of the previous rollout. */
export function showRollout(output: Output, reply: RolloutReply): void {
  const { active, quarantined, lastError, confirmed, stale, expires, expired, candidate, last } = reply
  const style = paint(output)
  const line = (text: string) => output.write(`${escapeControls(text)}\n`)
  if (active === null) line('no policy is active')
  else {
    const { revision, sequence, since, origin } = active
    output.write(`${style.bold(revision)}\n`)
    line(`  sequence ${sequence}, since ${since}, ${ORIGINS[origin] ?? origin}`)
  }
  if (quarantined !== null) line(`  quarantined: ${quarantined}`)
  if (lastError !== null)
    output.write(`  ${style.red('✗')} ${escapeControls(`${lastError.code}, ${lastError.at}: ${lastError.message}`)}\n`)
  if (confirmed !== null) line(`  the source was last reached at ${confirmed}${stale ? ', which is too long ago' : ''}`)
  if (expires !== null) line(`  it expires at ${expires}${expired ? ', which has passed' : ''}`)
  if (last !== null && candidate === null) showLast(output, last)
  if (candidate !== null) showCandidate(output, candidate)
}

const ORIGINS: Readonly<Record<string, string>> = {
  source: 'from its source',
  'last-good': 'last good policy, not fetched from the source since the start',
  rollback: 'after a rollback',
  rollout: 'promoted',
}

function showLast(output: Output, { revision, outcome, why, by, at }: LastReply): void {
  const style = paint(output)
  const mark = outcome === 'promoted' ? style.green('✓') : outcome === 'ended' ? style.yellow('○') : style.red('✗')
  const asked = by === null ? '' : `, requested by ${by}`
  const reason = why === null ? '' : `: ${why.message} (${why.code})`
  output.write(`  ${mark} ${escapeControls(`${revision} was ${OUTCOMES[outcome]} ${at}${asked}${reason}`)}\n`)
}

const OUTCOMES: Readonly<Record<LastReply['outcome'], string>> = {
  promoted: 'promoted',
  'rolled-back': 'rolled back',
  ended: 'ended',
}

function showCandidate(output: Output, candidate: CandidateReply): void {
  const style = paint(output)
  const { revision, sequence, origin, by, begun, tally, problem } = candidate
  const line = (text: string) => output.write(`  ${escapeControls(text)}\n`)
  output.write(`\ncandidate: ${style.bold(escapeControls(revision))}\n`)
  line(`sequence ${sequence}, since ${begun}, ${origin === 'source' ? 'from its source' : `requested by ${by}`}`)
  line(`${placeOf(candidate)}, since ${candidate.since}`)
  line(waitingOf(candidate))
  if (problem !== null)
    output.write(`  ${style.red('✗')} ${escapeControls(`${problem.code}, ${problem.at}: ${problem.message}`)}\n`)
  if (tally === null) return
  const {
    compared,
    newlyPermitted,
    newlyDenied,
    other,
    failed,
    unknown,
    skipped,
    candidate: own,
    active,
    differences,
    unlisted,
  } = tally
  const of = (part: number) => `${part} (${percent(part, compared)})`
  line(`compared ${compared}: newly permitted ${of(newlyPermitted)}, newly denied ${of(newlyDenied)}, other ${of(other)}`)
  if (failed + unknown + skipped > 0) line(`not compared: failed ${failed}, unknown ${unknown}, skipped ${skipped}`)
  if (own.decided > 0)
    line(
      `the candidate decided ${count(own.decided, 'request')} and refused ${own.refused}; ` +
        `the active policy decided ${active.decided} and refused ${active.refused}`,
    )
  if (differences.length > 0) showDifferences(output, differences)
  if (unlisted > 0) line(`and ${unlisted} more differences of other kinds`)
}

/** `step 2 of 5: decides for 10% of public` */
function placeOf({ step, steps, share: { percent, services, whole } }: CandidateReply): string {
  const where = step === null ? 'set by an operator' : `step ${step} of ${steps}`
  if (percent === 0 && whole.length === 0) return `${where}: compared, decides no requests`
  const some = `${percent}%${services === null ? '' : ` of ${services.join(', ')}`}`
  return `${where}: decides for ${some}${whole.length === 0 ? '' : `, and all of ${whole.join(', ')}`}`
}

function waitingOf({ waits, next, counts, rules, problem }: CandidateReply): string {
  switch (waits) {
    case 'time':
      return `next step at ${next} at the earliest; ${counts.compared} of ${count(rules.requests, 'request')} compared`
    case 'requests':
      return `waiting for requests: ${counts.compared} of ${rules.requests} compared in this step`
    case 'decided':
      return 'waiting for a request in its share: none decided in this step'
    case 'asked':
      return 'has passed all steps: run `iap rollout promote` to let it decide all requests'
    case 'refused':
      return problem === null ? 'is being promoted' : 'the promotion was refused, and will be retried'
    case null:
      return 'waiting for an operator: `iap rollout canary`, `promote` or `rollback`'
  }
}

/** The most frequent first, each with its first recorded requests. */
function showDifferences(output: Output, differences: readonly DifferenceReply[]): void {
  const style = paint(output)
  const head = ['count', 'kind', 'route', 'active', 'candidate']
  const sorted = differences.toSorted((a, b) => b.count - a.count || (a.route ?? '').localeCompare(b.route ?? '', 'en'))
  const rows = sorted.map((one) => [String(one.count), one.kind, one.route ?? '–', decided(one.active), decided(one.candidate)])
  const widths = head.map((name, at) => Math.max(name.length, ...rows.map((row) => (row[at] as string).length)))
  const write = (cells: readonly string[]) =>
    cells.map((cell, at) => (at === 0 ? cell.padStart(widths[0] as number) : cell.padEnd(widths[at] as number))).join('  ')
  output.write(`\n  ${style.dim(write(head).trimEnd())}\n`)
  for (const [at, { samples }] of sorted.entries()) {
    output.write(`  ${write(rows[at] as readonly string[]).trimEnd()}\n`)
    for (const { method, path, identity, subject, requestId } of samples.slice(0, 2)) {
      const who = identity === null ? 'anonymous' : `${identity} ${subject ?? ''}`.trim()
      const indent = ' '.repeat((widths[0] as number) + 4)
      output.write(style.dim(`${indent}${escapeControls(`${method} ${path}  ${who}  ${requestId}`)}\n`))
    }
  }
}

function decided({ effect, rule, reason }: DifferenceReply['active']): string {
  return escapeControls([effect, rule ?? reason].filter((part) => part !== null).join(' '))
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '0%' : `${Math.round((part / whole) * 10_000) / 100}%`
}
