import { messageOf, unreachable } from '../../base/errors.ts'
import { findNoted } from './find-noted.ts'
import type { Happening } from './machine/machine-event.ts'
import type { RolloutTask } from './machine/rollout-effect.ts'
import type { RolloutNotes } from './rollout-notes.ts'
import type { RolloutOptions } from './rollout-options.ts'

export interface TaskTargets extends Pick<RolloutOptions, 'candidates' | 'store'> {
  readonly notes: RolloutNotes
}

/**
 * Has the processes, the store or the disk carry out a task, and resolves to the event that answers it.
 *
 * @throws if one of them throws instead of refusing
 */
export async function runTask(task: RolloutTask, { candidates, store, notes }: TaskTargets): Promise<Happening> {
  switch (task.kind) {
    case 'start':
      return { kind: 'started', refused: await candidates.begin(task.bundle) }
    case 'save':
      return { kind: 'saved', error: await errorOf(notes.begin(task.bytes, task.note, task.last)) }
    case 'move': {
      // Noted first: a restart must resume it.
      const error = await errorOf(notes.go(task.note))
      if (error !== null) return { kind: 'moved', error, tally: null }
      await candidates.share(task.note.share)
      return { kind: 'moved', error, tally: await candidates.tally() }
    }
    case 'share':
      await candidates.share(task.share)
      return { kind: 'shared' }
    case 'promote': {
      const activation = await store.promote(task.bytes, task.asking)
      return { kind: 'promoted', refused: activation.kind === 'refused' ? activation : null }
    }
    case 'quarantine':
      // Stopped first: a disk may take its time.
      await candidates.end()
      return { kind: 'quarantined', refused: await store.hold(task.revision) }
    case 'stop':
      await candidates.end()
      return { kind: 'stopped' }
    case 'resume': {
      const found = await findNoted(task.note, notes, store)
      const refused = found.kind === 'fit' ? await candidates.begin(found.bundle) : null
      return { kind: 'found', found: refused ?? found }
    }
    case 'measure': {
      const tally = await candidates.tally()
      const { active, suspended } = store.status
      return { kind: 'measured', tally, active: active?.revision ?? null, isShut: suspended === 'expired' }
    }
    default:
      return unreachable(task)
  }
}

/** Returns why a write failed, or null if it succeeded. */
async function errorOf(write: Promise<void>): Promise<string | null> {
  try {
    await write
    return null
  } catch (error) {
    return messageOf(error)
  }
}
