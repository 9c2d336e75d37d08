/** What a refusal costs beside a permit: each row in a process of its own, in rounds one after the other. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Timed } from '../decisions/time.ts'
import type { Compilation } from '../decisions/write-compiled.ts'
import { medianOf } from '../median.ts'
import { run } from '../run-program.ts'
import type { Row } from './rows.ts'
import type { ScenarioName } from './scenarios.ts'

export interface Case {
  readonly scenario: ScenarioName
  readonly size: number
}

export interface Measured extends Case, Compilation {
  /** Nanoseconds, by row: medians of the rounds. */
  readonly times: Readonly<Record<Row, number>>
  /** Of a refusal, and of one that is explained, to a permit: medians of the ratios within a round. */
  readonly ratio: number
  readonly ratioExplained: number
}

export interface Effort {
  /** How many decisions come before those that are timed, and how many more for each rule. */
  readonly warm: number
  readonly warmPerRule: number
  readonly milliseconds: number
}

export const ROWS = ['permit', 'decided', 'refusal', 'explained'] as const satisfies readonly Row[]

/** @param program as `buildProgram` made it; `root` is the project's folder */
export function measureRefusals(
  program: string,
  root: string,
  cases: readonly Case[],
  rounds: number,
  { warm, warmPerRule, milliseconds }: Effort,
): Measured[] {
  const folder = mkdtempSync(join(tmpdir(), 'iap-bench-'))
  const wordsOf = ({ scenario, size }: Case) => [root, scenario, String(size), join(folder, `${scenario}-${size}`)]
  try {
    const prepared = cases.map((one) => {
      const words = wordsOf(one)
      mkdirSync(words[3] as string)
      return { one, compiled: run<Compilation>(program, ['compile', ...words]), rounds: [] as Record<Row, number>[] }
    })
    for (let round = 0; round < rounds; round += 1) {
      for (const { one, compiled, rounds: all } of prepared) {
        const effort = [warm + warmPerRule * compiled.rules, milliseconds].map(String)
        const time = (row: Row) => run<Timed>(program, ['time', ...wordsOf(one), row, ...effort]).median
        all.push({ permit: time('permit'), decided: time('decided'), refusal: time('refusal'), explained: time('explained') })
      }
    }
    return prepared.map(({ one, compiled, rounds: all }) => ({
      ...one,
      ...compiled,
      times: {
        permit: medianOf(all.map(({ permit }) => permit)),
        decided: medianOf(all.map(({ decided }) => decided)),
        refusal: medianOf(all.map(({ refusal }) => refusal)),
        explained: medianOf(all.map(({ explained }) => explained)),
      },
      ratio: medianOf(all.map(({ refusal, permit }) => refusal / permit)),
      ratioExplained: medianOf(all.map(({ explained, permit }) => explained / permit)),
    }))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
