// The order of test files. A file that takes long and is begun last leaves a processor without work until it ends.
import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take more than 20 s of a gate, most of it with waiting. */
const LONGEST = [
  'tests/sources/processes.test.ts',
  'tests/live/faults.test.ts',
  'tests/audit/processes.test.ts',
  'tests/cli/init-with.test.ts',
  'tests/dev/sign-in.test.ts',
  'tests/playground/playground.test.ts',
  'tests/life/reload.test.ts',
  'tests/dashboard/dashboard.test.ts',
  'tests/faults/faults.test.ts',
  'tests/live/stages.test.ts',
  'spec/differential/differential.test.ts',
  'tests/ci/walkthrough.test.ts',
  'tests/limits/processes.test.ts',
  'tests/sign-in/provider-down.test.ts',
  'tests/cli/run.test.ts',
  'tests/live/candidate.test.ts',
  'spec/conformance/wire.test.ts',
  'tests/life/workers.test.ts',
  'tests/allocation/built-ins.test.ts',
  'tests/container/container.test.ts',
  'tests/soak/soak.test.ts',
  'tests/life/ending.test.ts',
  'tests/reload/reload.test.ts',
  'tests/fronts/hostile.test.ts',
  'tests/proxy/http2-service.test.ts',
  'tests/cli/diff.test.ts',
  'tests/life/check-listeners.test.ts',
  'tests/redis/callers.test.ts',
  'tests/site/browser.test.ts',
  'tests/tutorials/pages.test.ts',
  'tests/life/hand-over.test.ts',
  'tests/live/activations.test.ts',
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
