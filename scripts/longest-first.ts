// The order of test files. A file that takes long and is begun last leaves a processor without work until it ends.
import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take more than 20 s of a gate, most of it with waiting. */
const LONGEST = [
  'tests/sign-in/provider-down.test.ts',
  'tests/faults/faults.test.ts',
  'spec/differential/differential.test.ts',
  'tests/soak/soak.test.ts',
  'tests/cli/run.test.ts',
  'tests/dev/sign-in.test.ts',
  'spec/conformance/wire.test.ts',
  'tests/live/stages.test.ts',
  'tests/sources/processes.test.ts',
  'tests/dashboard/dashboard.test.ts',
  'tests/live/faults.test.ts',
  'tests/life/reload.test.ts',
  'tests/sign-in/flows.test.ts',
  'tests/allocation/built-ins.test.ts',
  'tests/audit/processes.test.ts',
  'tests/container/container.test.ts',
  'tests/life/ending.test.ts',
  'tests/life/connections.test.ts',
  'tests/sign-in/step-up.test.ts',
  'tests/limits/processes.test.ts',
  'tests/life/workers.test.ts',
  'tests/cli/init-with.test.ts',
  'tests/playground/playground.test.ts',
  'tests/live/rollout.test.ts',
  'tests/ci/walkthrough.test.ts',
  'tests/life/watchdog.test.ts',
  'tests/live/activations.test.ts',
  'tests/live/candidate.test.ts',
  'tests/package/package.test.ts',
  'runtime/identity/methods/custom/custom.test.ts',
]

export class LongestFirst extends BaseSequencer {
  /** Projects keep their order, as the files of one share their processes. */
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const missing = LONGEST.find((path) => !existsSync(join(this.ctx.config.root, path)))
    if (missing !== undefined) throw new Error(`scripts/longest-first.ts names ${missing}, which does not exist`)
    const sorted = await super.sort(files)
    const projects = [...new Set(sorted.map(({ project }) => project.name))]
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONGEST.indexOf(relative(this.ctx.config.root, moduleId))
      return at < 0 ? LONGEST.length : at
    }
    const order = (one: TestSpecification) => projects.indexOf(one.project.name) * (LONGEST.length + 1) + rank(one)
    return sorted.sort((one, other) => order(one) - order(other))
  }
}
