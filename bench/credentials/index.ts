/** `npm run bench -- credentials`: what it costs to know who sent a bearer token, beside what nobody can do without. */
import { medianOf } from '../median.ts'
import { buildProgram, run } from '../run-program.ts'
import { tableOf } from '../table.ts'
import type { Row, Times } from './program.ts'

const ALGORITHMS = ['ES256', 'RS256'] as const

export interface Measured {
  readonly algorithm: string
  /** Nanoseconds of processor time, medians of the rounds. */
  readonly times: Times
  /** A token that is known, beside its digest alone. */
  readonly known: number
  /** A token that comes for the first time, beside jose's `jwtVerify` with the key at hand. */
  readonly first: number
}

/**
 * @param passes over the tokens, in each round
 * @returns all that was measured, and a table of it
 */
export async function benchCredentials(
  root: string,
  rounds: number,
  { passes = 50, tokens = 2_000 } = {},
): Promise<{ readonly figures: readonly Measured[]; readonly table: string }> {
  const program = await buildProgram(root, 'bench/credentials/program.ts')
  const runs = ALGORITHMS.map((): Times[] => [])
  for (let round = 0; round < rounds; round += 1)
    for (const [at, algorithm] of ALGORITHMS.entries())
      runs[at]?.push(run<Times>(program, [algorithm, String(passes), String(tokens)]))
  const figures = ALGORITHMS.map((algorithm, at) => summary(algorithm, runs[at] as Times[]))
  return { figures, table: writeTable(figures) }
}

function summary(algorithm: string, runs: readonly Times[]): Measured {
  const median = (row: Row) => medianOf(runs.map((times) => times[row]))
  return {
    algorithm,
    times: {
      digest: median('digest'),
      known: median('known'),
      crypto: median('crypto'),
      jose: median('jose'),
      first: median('first'),
    },
    known: medianOf(runs.map(({ known, digest }) => known / digest)),
    first: medianOf(runs.map(({ first, jose }) => first / jose)),
  }
}

function writeTable(figures: readonly Measured[]): string {
  const rows = figures.map(({ algorithm, times, known, first }) => [
    algorithm,
    ...[times.digest, times.known, times.crypto, times.jose, times.first].map((time) => (time / 1000).toFixed(1)),
    `${known.toFixed(2)}×`,
    `${first.toFixed(2)}×`,
  ])
  const head = [
    '',
    'SHA-256 µs',
    'known µs',
    'crypto.verify µs',
    'jwtVerify µs',
    'first µs',
    'known / SHA-256',
    'first / jwtVerify',
  ]
  return tableOf(head, rows)
}
