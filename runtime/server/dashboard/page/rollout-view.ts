import { byId, element, renew, visible } from './dom.ts'
import { facts } from './facts.ts'
import type { Rollout, RolloutCandidate, RolloutStep } from './shapes.ts'
import { badge, number, shortRevision, span, time } from './words.ts'

const WAITS: Readonly<Record<string, string>> = {
  time: 'The step has not lasted long enough.',
  requests: 'Both policies must decide more requests first.',
  decided: 'The candidate has decided no request of its share yet.',
  asked: 'All steps are passed. An operator must promote the candidate.',
  refused: 'The promotion failed and is retried.',
}

/** Shows where a rollout is, what the candidate would change, and everything that the API knows. */
export function drawRollout(rollout: Rollout): void {
  const { candidate, active, last } = rollout
  const now = active === null ? 'none' : shortRevision(active.revision)
  const made = element(
    'div',
    {},
    element('p', {}, 'Active policy: ', element('code', {}, now), '. ', candidate === null ? 'There is no candidate.' : null),
    candidate === null ? null : candidateOf(candidate),
    last === null ? null : lastOf(last),
  )
  renew(byId('rollout-picture'), made)
  renew(byId('rollout-facts'), facts(rollout))
}

function candidateOf(candidate: RolloutCandidate): HTMLElement {
  const { revision, stage, share, problem, waits, next } = candidate
  const where = stage === 'shadow' ? 'is compared and decides nothing' : `decides for ${share.percent} % of subjects`
  const services = share.services === null ? '' : ` of ${share.services.join(', ')}`
  const waiting = [waits === null ? '' : (WAITS[waits] ?? waits)].filter((text) => text !== '')
  return element(
    'div',
    {},
    element(
      'p',
      {},
      badge(stage, 'odd'),
      ' Candidate ',
      element('code', {}, shortRevision(revision)),
      ` ${visible(where + services)}.`,
    ),
    stepsOf(candidate),
    comparedOf(candidate),
    element(
      'p',
      { class: 'quiet' },
      ...waiting,
      next === null ? null : ' The next step begins at ',
      next === null ? null : time(next),
      next === null ? null : ' at the earliest.',
    ),
    problem === null ? null : element('p', {}, badge('problem', 'bad'), ` ${visible(problem.message)}`),
  )
}

/** The last item is the promotion, after which the candidate is the active policy. */
function stepsOf({ plan, step, share }: RolloutCandidate): HTMLElement {
  const byOperator: RolloutStep = { percent: share.percent, services: share.services, time: 0 }
  const steps = step === null ? [byOperator] : plan
  const at = (step ?? 1) - 1
  const items = steps.map((one, index) => {
    const state = index < at ? 'done' : index === at ? 'now' : 'later'
    const what = one.percent === 0 ? 'Shadow' : `${one.percent} %`
    const services = one.services === null ? 'all services' : visible(one.services.join(', '), 60)
    const lasts = step === null ? 'set by an operator' : `${services}, ${span(one.time)}`
    return itemOf(state, what, lasts)
  })
  return element(
    'ol',
    { class: 'steps', 'aria-label': 'Steps of the rollout' },
    ...items,
    itemOf('later', 'Active', 'all requests'),
  )
}

function itemOf(state: 'done' | 'now' | 'later', what: string, more: string): HTMLElement {
  const said = { done: ' (done)', now: ' (now)', later: '' }[state]
  const current = state === 'now' ? { 'aria-current': 'step' } : {}
  return element(
    'li',
    { class: state, ...current },
    element('strong', {}, what, element('span', { class: 'hidden' }, said)),
    element('small', {}, more),
  )
}

function comparedOf({ counts, rules }: RolloutCandidate): HTMLElement {
  const { compared, newlyPermitted, newlyDenied, failed, decided } = counts
  const part = (count: number, limit: number | null) => {
    const share = compared === 0 ? '' : `${((100 * count) / compared).toFixed(2)} % of compared`
    return [share, limit === null ? '' : `rolled back above ${limit} %`].filter((text) => text !== '').join('; ')
  }
  const { rollback } = rules
  const rows = [
    ['Compared', compared, 'requests that both policies decided'],
    ['Newly permitted', newlyPermitted, part(newlyPermitted, rollback.newlyPermitted)],
    ['Newly denied', newlyDenied, part(newlyDenied, rollback.newlyDenied)],
    ['Failed', failed, 'decisions of the candidate that failed'],
    ['Decided', decided, 'requests that the candidate decided'],
  ] as const
  return element(
    'dl',
    { class: 'compared' },
    ...rows.map(([name, count, more]) =>
      element('div', {}, element('dt', {}, name), element('dd', {}, number(count), element('small', {}, more))),
    ),
  )
}

function lastOf({ revision, outcome, why, at }: NonNullable<Rollout['last']>): HTMLElement {
  const tone = outcome === 'promoted' ? 'good' : 'bad'
  const reason = why === null ? '.' : `: ${visible(why.message)}.`
  return element(
    'p',
    {},
    'Last candidate: ',
    element('code', {}, shortRevision(revision)),
    ' ',
    badge(outcome, tone),
    ' ',
    time(at),
    reason,
  )
}
