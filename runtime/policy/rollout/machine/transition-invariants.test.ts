import fc from 'fast-check'
import { expect, test } from 'vitest'
import { unreachable } from '../../../base/errors.ts'
import type { Bundle } from '../../bundle/read-bundle.ts'
import { NO_TALLY } from '../../candidate/sum-tallies.ts'
import type { PolicyRefusal } from '../../store/policy-target.ts'
import { digestOfPlan, planOf, SHADOW } from '../plan.ts'
import { DEFAULT_ROLLOUT, type RolloutConfig } from '../rollout-config.ts'
import type { CandidateNote } from '../rollout-directory.ts'
import type { Happening, Outside } from './machine-event.ts'
import type { RolloutEffect } from './rollout-effect.ts'
import { candidateOf, IDLE, type RolloutState } from './rollout-state.ts'
import { transition } from './transition.ts'

const config: RolloutConfig = {
  ...DEFAULT_ROLLOUT,
  steps: [
    { parts: 0, time: 10_000 },
    { parts: 100, time: 10_000 },
  ],
}
const plan = planOf(config, [])
const asking = { by: 'ops', source: null }
const bundleOf = (revision: string) => ({ manifest: { revision, sequence: 1, services: [] } }) as unknown as Bundle
const noteOf = (revision: string): CandidateNote => ({
  ...{ revision, sequence: 1, origin: 'source' as const, by: null, begun: 0 },
  ...{ step: 0, plan: digestOfPlan(plan), share: SHADOW },
})
const refusedFor = (code: PolicyRefusal['code']): PolicyRefusal => ({ kind: 'refused', code, message: code })

/** How a task goes. `amiss`: refused; for tallies, past a threshold. `lost`: without a result. */
type Luck = 'well' | 'amiss' | 'lost'

/** What happens, to which bundle, after how many seconds, and how the tasks that follow go. */
interface Turn {
  readonly kind: Exclude<Outside['kind'], 'measured' | 'failed'>
  readonly revision: string
  readonly seconds: number
  readonly lucks: readonly Luck[]
}

const anyTurn: fc.Arbitrary<Turn> = fc.record({
  kind: fc.oneof(
    { weight: 2, arbitrary: fc.constant('ticked' as const) },
    { weight: 1, arbitrary: fc.constantFrom('offered', 'brought', 'note-found', 'data-changed') },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        ...(['withdrawn', 'activated', 'share-set', 'promotion-requested', 'rollback-requested'] as const),
        ...(['harm-found', 'superseded'] as const),
      ),
    },
  ),
  revision: fc.constantFrom('a', 'b', 'c', 'd'),
  seconds: fc.constantFrom(1, 10, 60),
  lucks: fc.array(fc.constantFrom<Luck>('well', 'well', 'well', 'well', 'well', 'amiss', 'lost'), { minLength: 8, maxLength: 8 }),
})

/** The processes and the store, as far as the machine changes them. */
interface World {
  at: number
  /** What the processes have beside the active policy. */
  processes: { readonly revision: string; readonly parts: number } | null
  readonly quarantined: Set<string>
  /** The candidate whose beginning was announced, but not its end. */
  announced: string | null
}

const seen = { promotedByItself: 0, rolledBack: 0, postponed: 0, resumed: 0, restored: 0 }

/** Null: the store does not let that happen, or the driver. */
function happeningOf({ kind, revision }: Turn, state: RolloutState, { quarantined }: World): Happening | null {
  switch (kind) {
    case 'offered':
      return quarantined.has(revision) ? null : { kind, bytes: Buffer.from(revision), bundle: bundleOf(revision) }
    case 'brought':
      return quarantined.has(revision) ? null : { kind, bytes: Buffer.from(revision), bundle: bundleOf(revision), asking }
    case 'activated':
      return { kind, revision }
    case 'share-set':
      return { kind, wanted: { parts: 300, labels: [], services: [] }, asking }
    case 'promotion-requested':
      return { kind, early: false, asking }
    case 'rollback-requested':
      return { kind, asking }
    case 'harm-found':
      return { kind, why: { code: 'ends-workers', message: 'workers hang' } }
    case 'note-found':
      return state.kind === 'idle' ? { kind, note: noteOf(revision) } : null
    case 'withdrawn':
    case 'ticked':
    case 'data-changed':
    case 'superseded':
      return { kind }
    default:
      return unreachable(kind)
  }
}

/** Carries out an effect, and returns the answer if it is a task. */
function answerOf(effect: RolloutEffect, luck: Luck, world: World, state: RolloutState): Happening | null {
  const refused = luck === 'well' ? null : refusedFor(luck === 'lost' ? 'worker' : 'bind')
  const error = luck === 'well' ? null : 'ENOSPC'
  switch (effect.kind) {
    case 'start': {
      const { revision } = effect.bundle.manifest
      expect(world.quarantined).not.toContain(revision)
      world.processes = refused === null ? { revision, parts: 0 } : null
      if (state.kind === 'restoring') seen.restored++
      return { kind: 'started', refused }
    }
    case 'save':
      return { kind: 'saved', error }
    case 'move':
      if (error !== null) return { kind: 'moved', error, tally: null }
      expect(world.processes?.revision).toBe(effect.note.revision)
      world.processes = { revision: effect.note.revision, parts: effect.note.share.parts }
      return { kind: 'moved', error, tally: NO_TALLY }
    case 'share':
      expect(world.processes).not.toBeNull()
      world.processes = world.processes && { ...world.processes, parts: effect.share.parts }
      return { kind: 'shared' }
    case 'promote': {
      const revision = `${Buffer.from(effect.bytes)}`
      expect(world.processes?.revision).toBe(revision)
      // By itself, only after the last step.
      if (effect.asking === null) {
        expect(candidateOf(state)?.note.step).toBe(plan.length - 1)
        seen.promotedByItself++
      }
      return { kind: 'promoted', refused }
    }
    case 'quarantine':
      world.processes = null
      world.quarantined.add(effect.revision)
      seen.rolledBack++
      return { kind: 'quarantined', refused }
    case 'stop':
      world.processes = null
      return { kind: 'stopped' }
    case 'resume': {
      const { revision } = effect.note
      if (world.quarantined.has(revision)) return { kind: 'found', found: refusedFor('quarantined') }
      if (refused !== null) return { kind: 'found', found: refused }
      world.processes = { revision, parts: 0 }
      seen.resumed++
      return { kind: 'found', found: { kind: 'fit', bytes: Buffer.from(revision), bundle: bundleOf(revision) } }
    }
    case 'measure': {
      if (luck === 'lost') world.processes = null
      const tally = luck === 'lost' ? null : { ...NO_TALLY, compared: 1000, ofStep: 1000, failed: luck === 'amiss' ? 1 : 0 }
      return { kind: 'measured', tally, active: 'the active one', isShut: false }
    }
    case 'announce': {
      const { kind, revision } = effect.event
      // One after the other.
      if (world.announced !== null) expect(revision).toBe(world.announced)
      world.announced = kind === 'promoted' || kind === 'rolled-back' || kind === 'ended' ? null : revision
      return null
    }
    case 'refuse':
    case 'report':
    case 'record-last':
    case 'differ':
    case 'poll-source':
    case 'retry-quarantine':
    case 'note-end':
      return null
    default:
      return unreachable(effect)
  }
}

test('each event leads to rest: the processes have the candidate or none, and never what is quarantined', () => {
  fc.assert(
    fc.property(fc.array(anyTurn, { minLength: 5, maxLength: 60 }), (turns) => {
      const world: World = { at: 0, processes: null, quarantined: new Set(), announced: null }
      let state: RolloutState = IDLE
      for (const turn of turns) {
        world.at += turn.seconds * 1000
        const lucks = turn.lucks[Symbol.iterator]()
        let next = happeningOf(turn, state, world)
        // Another process announces the end.
        if (next?.kind === 'superseded') world.announced = null
        for (let tasks = 0; next !== null; tasks++) {
          expect(tasks).toBeLessThan(8)
          const { state: to, effects } = transition(state, { ...next, at: world.at }, config)
          state = to
          const luck: Luck = lucks.next().value ?? 'well'
          const answers = effects.map((effect) => answerOf(effect, luck, world, to))
          // A task is the last effect, and the only one.
          expect(answers.slice(0, -1).filter((answer) => answer !== null)).toEqual([])
          next = answers.at(-1) ?? null
          expect('from' in state && next === null).toBe(false)
        }
        const candidate = candidateOf(state)
        expect(world.processes).toEqual(candidate && { revision: candidate.note.revision, parts: candidate.note.share.parts })
        if (candidate !== null) expect(world.quarantined).not.toContain(candidate.note.revision)
        if (state.kind === 'idle') expect(world.announced).toBeNull()
        if (state.kind === 'postponed') seen.postponed++
      }
    }),
    { numRuns: 500, seed: 3 },
  )
  // It is about something.
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(10)
})
