import type { AnalysisControl } from '../analysis/index.ts'
import { parseDuration } from '../runtime/base/units.ts'
import { CliError } from './cli-error.ts'
import type { Flag } from './command.ts'
import type { Io } from './io.ts'
import { progressOf } from './progress.ts'

export const BUDGET = {
  type: 'string',
  value: 'DURATION',
  help: 'Stop after this time, such as 30s or 5m, and leave the rest undecided (default: no limit)',
} as const satisfies Flag

/** The control of an analysis that a command runs. */
export interface CommandControl extends AnalysisControl {
  /** Whether the analysis was told that its time is up, so that it left something out. */
  readonly wasCut: boolean
  /** Writes to the error output that the time was up, if it was, and what that means. */
  note(consequence: string): void
}

/**
 * Starts the time of `--budget`, and shows the progress of an analysis on a terminal.
 *
 * @param unit what the analysis counts, such as `route`
 * @param text the value of `--budget`
 * @throws CliError if the value is not a duration above 0
 */
export function startBudget(io: Io, unit: string, text: string | undefined): CommandControl {
  const limit = text === undefined ? Number.POSITIVE_INFINITY : parseDuration(text)
  if (!limit) throw new CliError(`\`--budget\` must be a duration such as \`30s\` or \`5m\`, got \`${text}\``)
  const end = io.clock() + limit
  const progress = progressOf(io)
  let wasCut = false
  return {
    isOver() {
      wasCut ||= io.clock() >= end
      return wasCut
    },
    progress(done, of) {
      if (done === of) progress.clear()
      else progress.report(() => `${unit} ${done + 1} of ${of}`)
    },
    get wasCut() {
      return wasCut
    },
    note(consequence) {
      if (wasCut) io.stderr.write(`--budget ${text}: the time was up; ${consequence}\n`)
    },
  }
}
