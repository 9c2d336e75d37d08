import { describe, expect, it } from 'vitest'
import type { Log } from '../../base/log.ts'
import { HangingPolicy, type RolledBack } from './hanging-policy.ts'

function harness({ isOn = false, refused = [] as string[] } = {}) {
  const done: string[] = []
  let now = 0
  const active = { revision: 'bad' }
  const rollout = {
    isOn,
    async rollBackBecause() {
      done.push('candidate')
      rollout.isOn = false
      return true
    },
  }
  const store = {
    status: { active },
    async rollback() {
      const code = refused.shift()
      done.push(code ?? 'policy')
      if (code === undefined) active.revision = 'good'
      return code === undefined ? { kind: 'activated' } : { kind: 'refused', code, message: code }
    },
  }
  const log: Log = { info() {}, warn() {}, error() {} }
  const hanging = new HangingPolicy(
    () => ({ store, rollout }) as unknown as RolledBack,
    log,
    () => now,
  )
  return {
    done,
    hanging,
    rollout,
    async hang(after: number, revision = 'bad') {
      now += after
      await hanging.hung(revision, rollout.isOn)
    },
  }
}

describe('a policy under which workers hang', () => {
  it('is rolled back after two hangs within a minute, and not after one, or two that are further apart', async () => {
    const { done, hang } = harness()
    await hang(0)
    await hang(60_001)
    expect(done).toEqual([])
    await hang(60_000)
    expect(done).toEqual(['policy'])
    await hang(1)
    expect(done).toEqual(['policy'])
  })

  it('is not rolled back for hangs under another policy', async () => {
    const { done, hang } = harness()
    await hang(0, 'good')
    await hang(1)
    expect(done).toEqual([])
    await hang(1, 'good')
    await hang(1, 'good')
    expect(done).toEqual([])
  })

  it('stays if there is a candidate, which is rolled back in its place; not if the hangs go on', async () => {
    const { done, hang } = harness({ isOn: true })
    await hang(0)
    await hang(1)
    expect(done).toEqual(['candidate'])
    await hang(1)
    await hang(1)
    expect(done).toEqual(['candidate', 'policy'])
  })

  it('is rolled back, and not the candidate, if a worker hung under it before the rollout began', async () => {
    const { done, rollout, hang } = harness()
    await hang(0)
    rollout.isOn = true
    await hang(3_600_000)
    await hang(1)
    expect(done).toEqual(['policy'])
    await hang(1, 'good')
    await hang(1, 'good')
    expect(done).toEqual(['policy', 'candidate'])
  })

  it('is rolled back, and not the candidate, if one of the workers had none', async () => {
    const { done, hanging } = harness({ isOn: true })
    await hanging.hung('bad', true)
    await hanging.hung('bad', false)
    expect(done).toEqual(['policy'])
  })

  it('is rolled back later if no worker is there to take the one before', async () => {
    const { done, hang, hanging } = harness({ refused: ['worker', 'worker'] })
    await hang(0)
    await hang(1)
    await hanging.retry()
    await hanging.retry()
    await hanging.retry()
    expect(done).toEqual(['worker', 'worker', 'policy'])
  })

  it('serves on if there is none before it', async () => {
    const { done, hang, hanging } = harness({ refused: ['no-previous'] })
    await hang(0)
    await hang(1)
    await hanging.retry()
    expect(done).toEqual(['no-previous'])
  })
})
