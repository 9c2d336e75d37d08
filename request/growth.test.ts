/** How work grows with a request. In a file of its own, as counting steps slows all tests that run beside it. */
import { expect, test } from 'vitest'
import { stepsOf } from '../tests/support/steps.ts'
import { hopByHop } from './hop-by-hop.ts'
import { parseStrictJson } from './json/parse-strict-json.ts'
import { MAX_JSON_DEPTH } from './json/scan-json.ts'
import { accepted } from './testing/refusal-of.ts'

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`

test('strict JSON is read with work that grows with its length alone', () => {
  const many = (count: number, of: (at: number) => string) => Array.from({ length: count }, (_, at) => of(at)).join()
  // With a share of 1, each is a megabyte. Steps are the same on every machine, and a fifth shows as well how they grow.
  const texts: readonly ((share: number) => string)[] = [
    (share) => `{${many(25_000 * share, (at) => `"name${at}":[{"a":"text \\u0061"},-1.5e3]`)}}`,
    (share) => '['.repeat(1e6 * share),
    (share) => '{"a":'.repeat(3e5 * share),
    (share) => '"'.padEnd(1e6 * share, '\\\\'),
    (share) => '-'.padEnd(1e6 * share, '1'),
    (share) => ' '.repeat(1e6 * share),
    (share) => `{${many(90_000 * share, (at) => `"${at * 128}":0`)}}`,
    (share) => `{${many(60_000 * share, (at) => `"\\u006e${at}":0`)}}`,
    (share) => `{${many(1_000 * share, (at) => `"${'a'.repeat(1000)}${at}":0`)}}`,
    (share) => `[${many(300_000 * share, () => '{}')}]`,
    (share) => `[${many(7_000 * share, () => nested(MAX_JSON_DEPTH - 1))}]`,
    (share) => `[${many(150_000 * share, () => '1e999')}]`,
    (share) => `"${'\\ud83d\\ude00'.repeat(80_000 * share)}"`,
  ]
  for (const text of texts) {
    const steps = (share: number) => stepsOf(() => parseStrictJson(text(share)))
    expect(steps(0.2), text(0.05).slice(0, 40)).toBeLessThan(5 * steps(0.05))
  }
})

test('options of `Connection` are read in time that grows with their number alone', () => {
  const lines = Array.from({ length: 90 }, (_, i) => [`x_${i}`, 'a']).flat()
  const steps = (options: number) =>
    stepsOf(() => hopByHop(accepted({ rawHeaders: ['Host', 'app.test', 'Connection', 'a,'.repeat(options), ...lines] }).headers))
  expect(steps(7_000)).toBeLessThan(5 * steps(1_750))
})
