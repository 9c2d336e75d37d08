// What commands do whose `--budget` is over: they end, say so, and count nothing as found out that was not.

import { describe, expect, test } from 'vitest'
import { folderOf } from './iap.ts'
import { inside, ticking } from './inside.ts'

const ROUTES = 6

function policy(level: number): string {
  const names = Array.from({ length: ROUTES }, (_, at) => `r${at}`)
  return `
identity staff via jwt { sub: string, level: int }
service s at "s.test" {
${names.map((name) => `  route ${name} GET "/${name}"`).join('\n')}
}
${names.map((name, at) => `permit p${at} on s.${name} to staff when caller.level > ${level + at}`).join('\n')}
${names.map((name, at) => `invariant i${at} on s.${name} denied when caller is anonymous`).join('\n')}
test "r0" { as staff { sub: "a", level: 9 }
  GET "https://s.test/r0"
  expect permit by p0
}
`
}

const run = (words: readonly string[], files: Record<string, string> = { 'p.iap': policy(3) }) =>
  inside(words, { cwd: folderOf(files), now: ticking() })

describe('--budget', () => {
  test('leaves invariants unknown, which fails', async () => {
    const { code, stdout, stderr } = await run(['prove', 'p.iap', '--budget', '4s', '--format', 'json'])
    const { invariants, holds, unknown, broken } = JSON.parse(stdout)
    expect([code, holds > 0, unknown > 0, broken, holds + unknown]).toEqual([1, true, true, 0, ROUTES])
    expect(invariants.at(-1)).toMatchObject({ verdict: 'unknown', unknown: [{ text: expect.stringContaining('time limit') }] })
    expect(stderr).toBe('--budget 4s: the time was up; invariants that were not proved are unknown\n')
  })

  test('leaves changes unknown that might permit more, and what is the same stays so', async () => {
    const same = policy(3)
    const files = { 'old.iap': same, 'new.iap': policy(2), 'same.iap': same }
    const { code, stdout, stderr } = await run(
      ['diff', 'old.iap', 'new.iap', '--budget', '6s', '--forbid-more-permissive', '--format', 'json'],
      files,
    )
    const verdicts = (JSON.parse(stdout).changes as { verdict: string }[]).map(({ verdict }) => verdict)
    expect([code, verdicts.length, verdicts.at(0), verdicts.at(-1)]).toEqual([1, ROUTES, 'more-permissive', 'unknown'])
    expect(stderr).toContain('--budget 6s: the time was up; what was not compared is unknown\n')
    const unchanged = await run(['diff', 'old.iap', 'same.iap', '--budget', '1ms', '--forbid-more-permissive'], files)
    expect([unchanged.code, unchanged.stderr]).toEqual([0, ''])
  })

  test('leaves cells that say `may`', async () => {
    const { code, stdout, stderr } = await run(['matrix', 'p.iap', '--budget', '6s', '--format', 'json'])
    expect(code).toBe(0)
    expect(stdout).toContain('the time limit was reached')
    expect(stdout).toContain('"verdict": "if"')
    expect(stderr).toBe('--budget 6s: the time was up; cells that were not analyzed say `may`\n')
  })

  test('leaves warnings out, with which `--max-warnings` fails', async () => {
    const words = ['lint', 'p.iap', '--budget', '1s', '--format', 'json']
    const { code, stdout, stderr } = await run(words)
    expect([code, JSON.parse(stdout).complete]).toEqual([0, false])
    expect(stderr).toBe('--budget 1s: the time was up; warnings that need more analysis may be missing\n')
    expect((await run([...words, '--max-warnings', '99'])).code).toBe(1)
    const enough = await run(['lint', 'p.iap', '--budget', '1h', '--format', 'json'])
    expect([enough.code, enough.stderr, JSON.parse(enough.stdout).complete]).toEqual([0, '', true])
  })

  test('leaves mutants untried, with which `--min` fails', async () => {
    const words = ['test', 'p.iap', '--mutate', '--budget', '5s']
    const { code, stdout, stderr } = await run([...words, '--format', 'json'])
    const { untried, score, mutants } = JSON.parse(stdout).mutation
    expect([code, untried > 0, untried < mutants.length, score > 0]).toEqual([0, true, true, true])
    expect(stderr).toContain(`--budget 5s: the time was up; ${untried} mutants were not tried, and may be unnoticed\n`)
    expect((await run(words)).stdout).toContain(`, ${untried} not tried\n`)
    expect((await run([...words, '--min', '0'])).code).toBe(1)
  })

  test.each(['0s', '30', 'soon', '-1s'])('is not %s', async (text) => {
    const { code, stderr } = await run(['prove', 'p.iap', `--budget=${text}`])
    expect([code, stderr]).toEqual([2, expect.stringContaining(`\`--budget\` must be a duration such as`)])
  })

  test('of `test` is for mutants', async () => {
    const { code, stderr } = await run(['test', 'p.iap', '--budget', '5s'])
    expect([code, stderr]).toEqual([2, expect.stringContaining('`--budget` needs `--mutate`')])
  })
})
