import { expect, it } from 'vitest'
import type { Log } from '../../base/log.ts'
import type { CandidateBundle, PolicyRefusal } from '../../policy/index.ts'
import type { CodeCheck } from './code-check/code-check.ts'
import { Fleet } from './fleet.ts'
import type { WorkerProcess } from './worker-process.ts'

const check = { refusal: async () => null } as unknown as CodeCheck
const log: Log = { info() {}, warn() {}, error() {} }

function bundleOf(revision: string): CandidateBundle {
  return { manifest: { revision }, policy: '', validators: '' } as unknown as CandidateBundle
}

/** A worker that takes a policy, or is killed by the watchdog or by somebody while it does. */
function workerThat(does: (revision: string) => 'takes' | 'hangs' | 'is killed'): WorkerProcess {
  const worker = {
    state: 'ready',
    isSilent: false,
    isHung: false,
    async prepare({ bundle }: { bundle: CandidateBundle }) {
      const outcome = does(bundle.manifest.revision)
      if (outcome === 'takes') return { id: 1, refusal: null }
      worker.isHung = outcome === 'hangs'
      worker.state = 'gone'
      return null
    },
    commit: async () => true,
    notify() {},
    kill() {},
  }
  return worker as unknown as WorkerProcess
}

async function offer(does: Parameters<typeof workerThat>[0], revisions: readonly string[]): Promise<readonly (string | null)[]> {
  const fleet = new Fleet(log, check)
  const codes: (string | null)[] = []
  for (const revision of revisions) {
    // One at a time: there is no other one that it waits for.
    fleet.join(workerThat(does))
    const refusal: PolicyRefusal | null = await fleet.prepare({ bundle: bundleOf(revision) })
    codes.push(refusal?.code ?? null)
    fleet.drop()
  }
  return codes
}

it('a bundle over which two workers hang is refused for good', async () => {
  expect(await offer(() => 'hangs', ['bad', 'bad'])).toEqual(['worker', 'ends-workers'])
})

it('one that hangs over each of two bundles, or is killed by somebody, says nothing of the bundle', async () => {
  expect(await offer(() => 'hangs', ['one', 'other', 'one'])).toEqual(['worker', 'worker', 'worker'])
  expect(await offer(() => 'is killed', ['bad', 'bad', 'bad', 'bad'])).toEqual(['worker', 'worker', 'worker', 'worker'])
})
