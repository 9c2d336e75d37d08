import { describe, expect, test } from 'vitest'
import { unreachable } from '../../../base/errors.ts'
import type { Bundle } from '../../bundle/read-bundle.ts'
import type { Tally } from '../../candidate/candidate.ts'
import { NO_TALLY } from '../../candidate/sum-tallies.ts'
import type { PolicyRefusal } from '../../store/policy-target.ts'
import { NOTHING_COUNTED } from '../counts.ts'
import { digestOfPlan, planOf, SHADOW } from '../plan.ts'
import { DEFAULT_ROLLOUT, type RolloutConfig } from '../rollout-config.ts'
import type { CandidateNote } from '../rollout-directory.ts'
import type { Happening } from './machine-event.ts'
import type { RolloutEffect } from './rollout-effect.ts'
import {
  type AfterStop,
  candidateOf,
  IDLE,
  noteOf,
  type Offer,
  type Postponed,
  type Resting,
  type RolloutState,
  type Running,
  restingOf,
  running,
} from './rollout-state.ts'
import { transition } from './transition.ts'

const config: RolloutConfig = {
  ...DEFAULT_ROLLOUT,
  steps: [
    { parts: 0, time: 10_000 },
    { parts: 100, time: 10_000 },
    { parts: 5000, time: 10_000 },
  ],
}
const asked: RolloutConfig = { ...config, promote: 'asked' }
const NOW = 1_000_000
/** When all steps have lasted long enough. */
const LATER = NOW + 10_000
const asking = { by: 'ops', source: null }
const refused: PolicyRefusal = { kind: 'refused', code: 'bind', message: 'no such service' }
const noWorker: PolicyRefusal = { kind: 'refused', code: 'worker', message: 'no worker' }

const bundleOf = (revision: string, sequence: number) =>
  ({ manifest: { revision, sequence, services: [{ name: 'app', hosts: [] }] } }) as unknown as Bundle
const offerOf = (revision: string, sequence: number): Offer => ({
  bytes: Buffer.from(revision),
  bundle: bundleOf(revision, sequence),
  asking: null,
})
const plan = planOf(config, bundleOf('b', 2).manifest.services)

/** Of the candidate `b` at a step of the plan; null: with the share of an operator. */
function noteAt(step: number | null, origin: CandidateNote['origin'] = 'source'): CandidateNote {
  const share = step === null ? { parts: 300, services: null } : (plan[step]?.share ?? SHADOW)
  return { revision: 'b', sequence: 2, origin, by: null, begun: NOW, step, plan: digestOfPlan(plan), share }
}

function candidateAt(step: number | null, origin?: CandidateNote['origin']): Running {
  return running({ ...offerOf('b', 2), note: noteAt(step, origin), plan }, NOW)
}

const atFirst = candidateAt(0)
const atLast = candidateAt(2)
const operated = candidateAt(null, 'operator')
const postponed: Postponed = { kind: 'postponed', problem: null, note: noteAt(1), tries: 1, at: LATER }
const prepared = { ...offerOf('c', 3), note: { ...noteAt(0), revision: 'c', sequence: 3 }, plan }

/** One state of each kind. The candidate is `b`; `c` is to take its place. */
const STATES: { readonly [Kind in RolloutState['kind']]: Extract<RolloutState, { readonly kind: Kind }> } = {
  idle: IDLE,
  postponed,
  running: atFirst,
  starting: { kind: 'starting', from: IDLE, offer: offerOf('c', 3) },
  saving: { kind: 'saving', from: IDLE, candidate: prepared, asking: null },
  restoring: { kind: 'restoring', from: atFirst },
  moving: { kind: 'moving', from: atFirst, note: noteAt(1), asking: null },
  promoting: { kind: 'promoting', from: atLast, asking: null },
  'rolling-back': { kind: 'rolling-back', from: atFirst, why: null, asking },
  resuming: { kind: 'resuming', from: IDLE, note: noteAt(1), offer: null },
  rejoining: { kind: 'rejoining', from: IDLE, candidate: candidateAt(1).candidate, event: 'resumed' },
  stopping: { kind: 'stopping', from: atFirst, after: { kind: 'superseded' } },
}

const measured = (tally: Partial<Tally> | null, isShut = false, active = 'a'): Happening => ({
  ...{ kind: 'measured', tally: tally && { ...NO_TALLY, ...tally } },
  ...{ active, isShut },
})
const passed = measured({ compared: 100, ofStep: 1 })
const setShare = (parts: number): Happening => ({ kind: 'share-set', wanted: { parts, labels: [], services: [] }, asking })
const promotion = (early: boolean): Happening => ({ kind: 'promotion-requested', early, asking })
/** One event of each kind; answers are that all went well. */
const EVENTS: { readonly [Kind in Happening['kind']]: Happening & { readonly kind: Kind } } = {
  offered: { kind: 'offered', ...offerOf('c', 3) },
  brought: { kind: 'brought', ...offerOf('c', 3), asking },
  withdrawn: { kind: 'withdrawn' },
  activated: { kind: 'activated', revision: 'c' },
  'share-set': { kind: 'share-set', wanted: null, asking },
  'promotion-requested': { kind: 'promotion-requested', early: true, asking },
  'rollback-requested': { kind: 'rollback-requested', asking },
  'harm-found': { kind: 'harm-found', why: { code: 'ends-workers', message: 'workers hang' } },
  ticked: { kind: 'ticked' },
  measured: { kind: 'measured', tally: NO_TALLY, active: 'a', isShut: false },
  'data-changed': { kind: 'data-changed' },
  superseded: { kind: 'superseded' },
  'note-found': { kind: 'note-found', note: { ...noteAt(1), revision: 'd' } },
  failed: { kind: 'failed', message: 'boom' },
  started: { kind: 'started', refused: null },
  saved: { kind: 'saved', error: null },
  moved: { kind: 'moved', error: null, tally: NO_TALLY },
  promoted: { kind: 'promoted', refused: null },
  quarantined: { kind: 'quarantined', refused: null },
  found: { kind: 'found', found: { kind: 'fit', bytes: Buffer.from('b'), bundle: bundleOf('b', 2) } },
  shared: { kind: 'shared' },
  stopped: { kind: 'stopped' },
}

const IGNORED = 'no change'
/** What busy states make of events but their answer. The queue of the driver lets none of these come. */
const UNTIL_ANSWERED: Readonly<Record<Exclude<Happening['kind'], 'failed'>, string>> = {
  offered: IGNORED,
  brought: IGNORED,
  withdrawn: IGNORED,
  activated: IGNORED,
  'share-set': IGNORED,
  'promotion-requested': IGNORED,
  'rollback-requested': IGNORED,
  'harm-found': IGNORED,
  ticked: IGNORED,
  measured: IGNORED,
  'data-changed': IGNORED,
  superseded: IGNORED,
  'note-found': IGNORED,
  started: IGNORED,
  saved: IGNORED,
  moved: IGNORED,
  promoted: IGNORED,
  quarantined: IGNORED,
  found: IGNORED,
  shared: IGNORED,
  stopped: IGNORED,
}
/** What resting states make of answers: they have asked nothing. */
const UNASKED = {
  started: IGNORED,
  saved: IGNORED,
  moved: IGNORED,
  promoted: IGNORED,
  quarantined: IGNORED,
  found: IGNORED,
  shared: IGNORED,
  stopped: IGNORED,
}

/** The whole machine: state × event → next state: effects. Other events of a kind: see below. */
const MACHINE: Readonly<Record<RolloutState['kind'], Readonly<Record<Happening['kind'], string>>>> = {
  idle: {
    ...UNASKED,
    offered: 'starting c: start c',
    brought: 'starting c: start c',
    withdrawn: IGNORED,
    activated: IGNORED,
    'share-set': 'same: refuse no-candidate',
    'promotion-requested': 'same: refuse no-candidate',
    'rollback-requested': 'same: refuse no-candidate',
    'harm-found': IGNORED,
    ticked: IGNORED,
    measured: IGNORED,
    'data-changed': IGNORED,
    superseded: 'stopping, superseded: stop',
    'note-found': 'resuming d: resume d',
    failed: 'idle (internal): report, refuse internal',
  },
  postponed: {
    ...UNASKED,
    offered: 'starting c: start c',
    brought: 'starting c: start c',
    withdrawn: 'stopping, ended b (withdrawn): stop',
    activated: 'stopping, ended b (overtaken): stop',
    'share-set': 'same: refuse no-candidate',
    'promotion-requested': 'same: refuse no-candidate',
    'rollback-requested': 'rolling-back b: quarantine b',
    'harm-found': IGNORED,
    ticked: IGNORED,
    measured: IGNORED,
    'data-changed': IGNORED,
    superseded: 'stopping, superseded: stop',
    'note-found': 'resuming d: resume d',
    failed: 'postponed b, 1 tried (internal): report, refuse internal',
  },
  running: {
    ...UNASKED,
    offered: 'starting c: start c',
    brought: 'starting c: start c',
    withdrawn: 'stopping, ended b (withdrawn): stop',
    activated: 'stopping, ended b (overtaken): stop',
    'share-set': 'moving b to an operator’s 0%: move 0%',
    'promotion-requested': 'promoting b: promote b',
    'rollback-requested': 'rolling-back b: quarantine b',
    'harm-found': 'rolling-back b (ends-workers): quarantine b',
    ticked: 'same: measure',
    measured: 'running b at step 1, waits for time',
    'data-changed': IGNORED,
    superseded: 'stopping, superseded: stop',
    'note-found': 'resuming d: resume d',
    failed: 'running b at step 1, waits for time (internal): report, refuse internal',
  },
  starting: {
    ...UNTIL_ANSWERED,
    started: 'saving c: save c',
    failed: 'idle (internal): report, refuse internal',
  },
  saving: {
    ...UNTIL_ANSWERED,
    saved: 'running c at step 1, waits for time: announce shadow c',
    failed: 'idle (internal): report, refuse internal',
  },
  restoring: {
    ...UNTIL_ANSWERED,
    started: 'rejoining b: share 0%',
    failed: 'running b at step 1, waits for time (internal): report, refuse internal',
  },
  moving: {
    ...UNTIL_ANSWERED,
    moved: 'running b at step 2, waits for time: announce canary b',
    failed: 'running b at step 1, waits for time (internal): report, refuse internal',
  },
  promoting: {
    ...UNTIL_ANSWERED,
    promoted: 'stopping, promoted b: stop',
    failed: 'running b at step 3, waits for time (internal): report, refuse internal',
  },
  'rolling-back': {
    ...UNTIL_ANSWERED,
    quarantined: 'stopping, rolled-back b: retry-quarantine never, stop',
    failed: 'running b at step 1, waits for time (internal): report, refuse internal',
  },
  resuming: {
    ...UNTIL_ANSWERED,
    found: 'rejoining b: share 1%',
    failed: 'idle (internal): report, refuse internal',
  },
  rejoining: {
    ...UNTIL_ANSWERED,
    shared: 'running b at step 2, waits for time: announce resumed b',
    failed: 'idle (internal): report, refuse internal',
  },
  stopping: {
    ...UNTIL_ANSWERED,
    stopped: 'idle',
    failed: 'running b at step 1, waits for time (internal): report, refuse internal',
  },
}

describe('every state and event', () => {
  for (const [kind, row] of Object.entries(MACHINE))
    for (const [event, expected] of Object.entries(row))
      test(`${kind}, ${event}: ${expected}`, () => {
        expect(after(STATES[kind as RolloutState['kind']], EVENTS[event as Happening['kind']])).toBe(expected)
      })
})

interface Case {
  readonly state: RolloutState
  readonly event: Happening
  readonly at?: number
  readonly config?: RolloutConfig
}

/** What else an event can bring, or a state be. */
const CASES: readonly (readonly [name: string, happens: Case, expected: string])[] = [
  // Bundles.
  ['the candidate is offered again', { state: atFirst, event: { kind: 'offered', ...offerOf('b', 2) } }, IGNORED],
  [
    'its content is offered with a higher sequence',
    { state: atFirst, event: { kind: 'offered', ...offerOf('b', 3) } },
    'starting b: start b',
  ],
  [
    'an operator brings the candidate again',
    { state: atFirst, event: { kind: 'brought', ...offerOf('b', 2), asking } },
    'starting b: start b',
  ],
  [
    'a postponed candidate is offered',
    { state: postponed, event: { kind: 'offered', ...offerOf('b', 2) } },
    'resuming b, offered: resume b',
  ],
  ['an operator’s candidate was not withdrawn', { state: operated, event: EVENTS.withdrawn }, IGNORED],
  [
    'the candidate becomes active otherwise',
    { state: atFirst, event: { kind: 'activated', revision: 'b' } },
    'stopping, promoted b: stop',
  ],
  [
    'the processes refuse a first candidate',
    { state: STATES.starting, event: { kind: 'started', refused } },
    'idle: refuse bind',
  ],
  [
    'the processes refuse a replacement',
    { state: { ...STATES.starting, from: atFirst }, event: { kind: 'started', refused } },
    'restoring b: refuse bind, start b',
  ],
  [
    'the processes refuse the restored candidate',
    { state: STATES.restoring, event: { kind: 'started', refused } },
    'stopping, ended b (bind): stop',
  ],
  [
    'the processes refuse what replaces a postponed candidate',
    { state: { ...STATES.starting, from: postponed }, event: { kind: 'started', refused } },
    'postponed b, 1 tried: refuse bind',
  ],
  [
    'a first candidate cannot be saved',
    { state: STATES.saving, event: { kind: 'saved', error: 'ENOSPC' } },
    'stopping, unsaved: stop',
  ],
  [
    'a replacement cannot be saved',
    { state: { ...STATES.saving, from: atFirst }, event: { kind: 'saved', error: 'ENOSPC' } },
    'restoring b: refuse state, start b',
  ],
  [
    'a replacement is saved',
    { state: { ...STATES.saving, from: atFirst }, event: EVENTS.saved },
    'running c at step 1, waits for time: ' +
      'record-last ended b, poll-source at once, differ replaced, announce ended b (replaced), announce shadow c',
  ],
  [
    'an operator’s candidate is saved, without steps',
    {
      state: { ...STATES.saving, candidate: { ...prepared, note: { ...prepared.note, step: null } }, asking },
      event: EVENTS.saved,
    },
    'running c with an operator’s 0%: announce shadow c by ops',
  ],

  // Steps.
  [
    'a step lasts, and too few are compared',
    { state: atFirst, event: EVENTS.measured, at: LATER },
    'running b at step 1, waits for requests',
  ],
  [
    'a share has decided nothing',
    { state: candidateAt(1), event: measured({ compared: 100 }), at: LATER },
    'running b at step 2, waits for decided',
  ],
  ['a step is passed', { state: atFirst, event: passed, at: LATER }, 'moving b to step 2: move 1%'],
  ['the last step is passed', { state: atLast, event: passed, at: LATER }, 'promoting b: promote b'],
  [
    'the last step is passed, and an operator promotes',
    { state: atLast, event: passed, at: LATER, config: asked },
    'running b at step 3, waits for asked',
  ],
  [
    'the last step is passed, and a promotion was refused',
    { state: { ...atLast, waits: 'refused', retryAt: LATER + 1 }, event: passed, at: LATER },
    'running b at step 3, waits for refused, retried later',
  ],
  ['an operator’s share passes nothing', { state: operated, event: passed, at: LATER }, 'running b with an operator’s 3%'],
  [
    'counts are lost',
    {
      state: {
        ...atFirst,
        candidate: { ...atFirst.candidate, before: { ...atFirst.candidate.before, compared: 9 } },
        waits: 'requests',
      },
      event: EVENTS.measured,
      at: LATER,
    },
    'running b at step 1, waits for time',
  ],
  [
    'the next step cannot be noted',
    { state: STATES.moving, event: { kind: 'moved', error: 'ENOSPC', tally: null } },
    'running b at step 1, waits for time (state): report, refuse state',
  ],
  [
    'the next step cannot be noted again, for the same reason',
    {
      state: {
        ...STATES.moving,
        from: {
          ...atFirst,
          problem: {
            code: 'state',
            message: 'the next step of the candidate cannot be saved in `bundle.state`: ENOSPC',
            at: NOW - 1,
          },
        },
      },
      event: { kind: 'moved', error: 'ENOSPC', tally: null },
    },
    'running b at step 1, waits for time (state): refuse state',
  ],

  // Ends.
  ['it goes too far', { state: atFirst, event: measured({ failed: 1 }) }, 'rolling-back b (failed): quarantine b'],
  [
    'an operator’s share goes too far',
    { state: operated, event: measured({ failed: 1 }) },
    'rolling-back b (failed): quarantine b',
  ],
  ['the workers do not have it', { state: atFirst, event: measured(null) }, 'stopping, ended b (lost): stop'],
  ['another process has promoted it', { state: atFirst, event: measured(null, false, 'b') }, 'stopping, promoted b: stop'],
  [
    'data do not match it',
    { state: atFirst, event: measured({ ended: { kind: 'refused', code: 'data', message: 'no list' } }) },
    'stopping, ended b (data): stop',
  ],
  [
    'it is over',
    {
      state: { ...STATES.stopping, after: { kind: 'over', note: noteAt(0), outcome: 'ended', why: noWorker, asking: null } },
      event: EVENTS.stopped,
    },
    'idle: record-last ended b, poll-source in a minute, differ worker, announce ended b (worker), note-end b',
  ],
  [
    'it is promoted',
    {
      state: { ...STATES.stopping, after: { kind: 'over', note: noteAt(2), outcome: 'promoted', why: null, asking } },
      event: EVENTS.stopped,
    },
    'idle: record-last promoted b, announce promoted b by ops, note-end b',
  ],
  [
    'an operator’s is rolled back',
    {
      state: {
        ...STATES.stopping,
        after: { kind: 'over', note: noteAt(null, 'operator'), outcome: 'rolled-back', why: null, asking },
      },
      event: EVENTS.stopped,
    },
    'idle: record-last rolled-back b, poll-source at once, announce rolled-back b by ops, note-end b',
  ],
  [
    'the quarantine cannot be written',
    { state: STATES['rolling-back'], event: { kind: 'quarantined', refused: { ...refused, code: 'state' } } },
    'stopping, rolled-back b, unwritten: retry-quarantine in a minute, stop',
  ],
  [
    'it is rolled back, and the quarantine is not written yet',
    {
      state: {
        ...STATES.stopping,
        after: {
          kind: 'over',
          note: noteAt(0),
          outcome: 'rolled-back',
          why: null,
          asking,
          unwritten: { ...refused, code: 'state' },
        },
      },
      event: EVENTS.stopped,
    },
    'idle: record-last rolled-back b, announce rolled-back b by ops, note-end b, report, refuse state',
  ],

  // Nothing is active.
  ['the active policy expires', { state: atFirst, event: measured({}, true) }, 'promoting b: promote b'],
  [
    'the active policy expires, and it goes too far',
    { state: atFirst, event: measured({ failed: 1 }, true) },
    'rolling-back b (failed): quarantine b',
  ],
  [
    'the active policy expires beside an operator’s share',
    { state: operated, event: measured({}, true) },
    'running b with an operator’s 3% (expired): report, refuse expired',
  ],
  [
    'the active policy expires, and a promotion was refused',
    { state: { ...atFirst, waits: 'refused', retryAt: LATER }, event: measured({}, true) },
    'running b at step 1, waits for refused, retried later',
  ],

  // Operators.
  ['a share is set', { state: atFirst, event: setShare(500) }, 'moving b to an operator’s 5%: move 5%'],
  [
    'a share of an unknown service is set',
    { state: atFirst, event: { kind: 'share-set', wanted: { parts: 1, labels: [], services: ['x'] }, asking } },
    'same: refuse no-service',
  ],
  ['promoted before it has passed', { state: atLast, event: promotion(false) }, 'same: refuse not-passed'],
  ['promoted with an operator’s share', { state: operated, event: promotion(false) }, 'promoting b: promote b'],
  ['promoted when it has passed', { state: { ...atLast, waits: 'asked' }, event: promotion(false) }, 'promoting b: promote b'],
  ['promoted after a refusal', { state: { ...atLast, waits: 'refused' }, event: promotion(false) }, 'promoting b: promote b'],
  [
    'its promotion is refused',
    { state: STATES.promoting, event: { kind: 'promoted', refused } },
    'running b at step 3, waits for refused, retried in a minute (bind): report, refuse bind',
  ],
  [
    'data change after a refused promotion',
    { state: { ...atLast, waits: 'refused', retryAt: LATER }, event: EVENTS['data-changed'] },
    'running b at step 3, waits for refused',
  ],
  // Restarts.
  [
    'the noted candidate is active',
    { state: STATES.resuming, event: { kind: 'found', found: { kind: 'serves' } } },
    'stopping, promoted b: stop',
  ],
  [
    'the noted bundle is gone',
    { state: STATES.resuming, event: { kind: 'found', found: { kind: 'gone' } } },
    'stopping, ended b (state): stop',
  ],
  [
    'the noted bundle is refused',
    { state: STATES.resuming, event: { kind: 'found', found: refused } },
    'stopping, ended b (bind): stop',
  ],
  [
    'the noted candidate cannot go on yet',
    { state: STATES.resuming, event: { kind: 'found', found: noWorker } },
    'stopping, postponed b: stop',
  ],
  [
    'it cannot go on yet, and is postponed',
    {
      state: { ...STATES.stopping, after: { kind: 'postponed', note: noteAt(1), refused: noWorker, tries: 2 } },
      event: EVENTS.stopped,
    },
    'postponed b, 2 tried: report, refuse worker',
  ],
  ['a postponed candidate is due', { state: postponed, event: EVENTS.ticked, at: LATER }, 'resuming b: resume b'],
  [
    'the fifth attempt fails',
    { state: { ...STATES.resuming, from: { ...postponed, tries: 4 } }, event: { kind: 'found', found: noWorker } },
    'stopping, ended b (worker): stop',
  ],
  [
    'an offered candidate cannot be resumed: it begins anew',
    { state: { ...STATES.resuming, offer: offerOf('b', 2) }, event: { kind: 'found', found: { kind: 'gone' } } },
    'stopping, ended b (state), then b: stop',
  ],
  [
    'it is over, and begins anew',
    {
      state: {
        ...STATES.stopping,
        after: { kind: 'over', note: noteAt(0), outcome: 'promoted', why: null, asking: null, next: offerOf('b', 2) },
      },
      event: EVENTS.stopped,
    },
    'starting b: record-last promoted b, announce promoted b, note-end b, start b',
  ],
  [
    'the configuration has other steps',
    { state: STATES.resuming, event: EVENTS.found, config: { ...config, steps: config.steps.slice(0, 2) } },
    'rejoining b: share 0%',
  ],
  [
    'it is restored after a failed replacement',
    { state: { ...STATES.rejoining, from: atFirst, event: null }, event: EVENTS.shared },
    'running b at step 2, waits for time',
  ],
  [
    'a first candidate was not saved',
    { state: { ...STATES.stopping, from: IDLE, after: { kind: 'unsaved', refusal: refused } }, event: EVENTS.stopped },
    'idle: refuse bind',
  ],
]

describe('other events of a kind', () => {
  test.each(CASES)('%s', (_, { state, event, at, config }, expected) => {
    expect(after(state, event, { at, config })).toBe(expected)
  })
})

/** Shows a transition in one line. */
function after(
  state: RolloutState,
  event: Happening,
  { at = NOW, config: rules = config }: { readonly at?: number | undefined; readonly config?: RolloutConfig | undefined } = {},
): string {
  const next = transition(state, { ...event, at }, rules)
  const effects = next.effects.map((effect) => shownEffect(effect, at)).join(', ')
  const isSame = JSON.stringify(next.state) === JSON.stringify(state)
  if (isSame) return effects === '' ? IGNORED : `same: ${effects}`
  return `${shownState(next.state, at)}${effects === '' ? '' : `: ${effects}`}`
}

function shownState(state: RolloutState, at: number): string {
  switch (state.kind) {
    case 'idle':
      return `idle${shownProblem(state)}`
    case 'postponed':
      return `postponed ${state.note.revision}, ${state.tries} tried${shownProblem(state)}`
    case 'running': {
      const { note } = state.candidate
      const waits = state.waits === null ? '' : `, waits for ${state.waits}`
      const retried = state.retryAt > at ? `, retried ${shownTime(state.retryAt, at)}` : ''
      return `running ${note.revision} ${note.step === null ? 'with' : 'at'} ${shownShare(note)}${waits}${retried}${shownProblem(state)}`
    }
    case 'starting':
      return `starting ${state.offer.bundle.manifest.revision}`
    case 'saving':
      return `saving ${state.candidate.note.revision}`
    case 'restoring':
      return `restoring ${state.from.candidate.note.revision}`
    case 'moving':
      return `moving ${state.note.revision} to ${shownShare(state.note)}`
    case 'promoting':
      return `promoting ${state.from.candidate.note.revision}`
    case 'rolling-back':
      return `rolling-back ${noteOf(state.from).revision}${state.why === null ? '' : ` (${state.why.code})`}`
    case 'resuming':
      return `resuming ${state.note.revision}${state.offer === null ? '' : ', offered'}`
    case 'rejoining':
      return `rejoining ${state.candidate.note.revision}`
    case 'stopping':
      return `stopping, ${shownAfterStop(state.after)}`
    default:
      return unreachable(state)
  }
}

function shownAfterStop(after: AfterStop): string {
  switch (after.kind) {
    case 'over': {
      const { note, outcome, why, unwritten, next } = after
      const then = next ? `, then ${next.bundle.manifest.revision}` : ''
      return `${outcome} ${note.revision}${why === null ? '' : ` (${why.code})`}${unwritten ? ', unwritten' : ''}${then}`
    }
    case 'postponed':
      return `postponed ${after.note.revision}`
    case 'unsaved':
    case 'superseded':
      return after.kind
    default:
      return unreachable(after)
  }
}

const shownProblem = ({ problem }: Resting) => (problem === null ? '' : ` (${problem.code})`)

const shownShare = ({ step, share: { parts } }: CandidateNote) =>
  step === null ? `an operator’s ${parts / 100}%` : `step ${step + 1}`

function shownTime(time: number | null, at: number): string {
  if (time === null) return 'never'
  return time === at ? 'at once' : time === at + 60_000 ? 'in a minute' : 'later'
}

function shownEffect(effect: RolloutEffect, at: number): string {
  switch (effect.kind) {
    case 'refuse':
      return `refuse ${effect.refusal.code}`
    case 'record-last':
      return `record-last ${effect.last.outcome} ${effect.last.revision}`
    case 'announce': {
      const { kind, revision, why } = effect.event
      const by = effect.asking === null ? '' : ` by ${effect.asking.by}`
      return `announce ${kind} ${revision}${why === null ? '' : ` (${why.code})`}${by}`
    }
    case 'differ':
      return `differ ${effect.why.code}`
    case 'poll-source':
    case 'retry-quarantine':
      return `${effect.kind} ${shownTime(effect.at, at)}`
    case 'note-end':
    case 'resume':
    case 'save':
      return `${effect.kind} ${effect.note.revision}`
    case 'start':
      return `start ${effect.bundle.manifest.revision}`
    case 'move':
      return `move ${effect.note.share.parts / 100}%`
    case 'share':
      return `share ${effect.share.parts / 100}%`
    case 'promote':
      return `promote ${Buffer.from(effect.bytes)}`
    case 'quarantine':
      return `quarantine ${effect.revision}`
    case 'report':
    case 'stop':
    case 'measure':
      return effect.kind
    default:
      return unreachable(effect)
  }
}

test('data that change while a promotion is under way let it be retried at once', () => {
  const state: RolloutState = { ...STATES.promoting, from: { ...atLast, retryAt: LATER } }
  expect(restingOf(transition(state, { kind: 'data-changed', at: NOW }, config).state)).toMatchObject({ retryAt: 0 })
})

test('a candidate begins at the time of its answer, with the counts by then', () => {
  const tally = { ...NO_TALLY, compared: 40, ofStep: 3 }
  const moved = transition(STATES.moving, { kind: 'moved', error: null, tally, at: LATER }, config)
  expect(candidateOf(moved.state)).toMatchObject({ since: LATER, before: { compared: 40, decided: 3 }, note: { step: 1 } })
  const saved = transition(STATES.saving, { kind: 'saved', error: null, at: LATER }, config)
  expect(candidateOf(saved.state)).toMatchObject({ since: LATER, before: NOTHING_COUNTED, note: { revision: 'c' } })
})
