import type { InteropRun } from './interop-run.ts'

/** What `npm run interop -- NAME` runs: `interop/NAME.ts`. */
export interface Suite {
  /** One line for the list that `npm run interop` prints. */
  readonly summary: string
  /** Reports each case to `run`. A rejection is one failed case. */
  run(run: InteropRun): Promise<void>
}
