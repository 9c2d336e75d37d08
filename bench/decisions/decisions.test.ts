/** That the engines of this benchmark decide alike, and that it measures. How fast they are `npm run bench -- decisions` says. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { checkProject, lint } from '../../language/index.ts'
import { interpret } from '../../spec/interpreter/index.ts'
import { buildProgram } from '../run-program.ts'
import { openCompiled, writeCompiled } from './compiled.ts'
import { type Case, measureDecisions } from './measure.ts'
import type { Scenario } from './scenario.ts'
import { type ScenarioName, scenarios } from './scenarios.ts'
import { type Asked, openTraffic } from './traffic.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'iap-bench-'))
afterAll(() => rmSync(folder, { recursive: true }))

type Shares = Readonly<Record<string, number>>

/** By scenario: its size, and what part of its answers say what, at least. */
const SMALL: readonly (readonly [ScenarioName, number, Shares])[] = [
  ['caller', 400, { permit: 0.3, 'deny: default': 0.2, unauthenticated: 0.03, 'deny: Not in this region.': 0.01 }],
  ['mixed', 400, { permit: 0.3, 'deny: default': 0.2, unauthenticated: 0.03, 'deny: The old channel is closed.': 0.01 }],
  ['hospital', 99, { permit: 0.3, 'deny: default': 0.1, unauthenticated: 0.01, 'deny: The record is sealed.': 0.01 }],
  ['gdrive, as it is', 20, { permit: 0.1, 'deny: default': 0.5 }],
  ['gdrive, mended', 20, { permit: 0.15, 'deny: default': 0.5 }],
  ['github', 20, { permit: 0.05, 'deny: default': 0.5 }],
  ['tinytodo', 20, { permit: 0.2, 'deny: default': 0.5 }],
]

describe.each(SMALL)('%s', (name, size, shares) => {
  const scenario = scenarios[name](size, 1)
  const project = checkProject({ read: (file) => scenario.texts.get(file) ?? null }, [...scenario.texts.keys()])
  const byHand = scenario.openByHand()

  it('is a policy without errors and warnings', () => {
    expect(lint(project, 'default').diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([])
  })

  it('has traffic with answers of all kinds', () => {
    const asked = openTraffic(scenario, 1, 1 / 16).next(4_000)
    const answers = asked.map((one) => byHand.answer(one))
    const part = (text: string) => answers.filter((answer) => answer.endsWith(` ${text}`)).length / answers.length
    for (const [text, least] of Object.entries({ ...shares, 'deny: no-route': 0.03 }))
      expect([text, part(text) > least]).toEqual([text, true])
  })

  it('is decided alike by the compiled policy, by hand, and by the interpreter', () => {
    writeCompiled(scenario.texts, folder)
    const compiled = openCompiled(folder, scenario)
    const asked = openTraffic(scenario, 4, 1 / 16).next(3_000)
    const answers = asked.map((one) => compiled.answer(one))
    expect(answers).toEqual(asked.map((one) => byHand.answer(one)))
    const some = asked.slice(0, 200)
    expect(some.map((one) => interpreted(scenario, one))).toEqual(answers.slice(0, some.length))
  })

  function interpreted({ callers, data }: Scenario, { caller, request }: Asked): string {
    if (project.result === null) throw new Error('a policy with errors')
    const { method, host, rawPath, headers } = request
    const url = `https://${host}${rawPath}`
    const { route, effect, reason } = interpret(project.result, {
      method,
      url,
      headers: Object.fromEntries(headers.entries()),
      caller: callers[caller] ?? null,
      data,
    })
    return `${route} ${effect === 'deny' ? `deny: ${reason}` : effect}`
  }
})

describe('measuring', () => {
  it('gives figures of each row and engine', async () => {
    const cases = (['routed', 'known'] as const).flatMap((row) =>
      (['caller', 'github'] as const).map((scenario): Case => ({ scenario, row, size: 10 })),
    )
    const measured = measureDecisions(await buildProgram(root, 'bench/decisions/program.ts'), cases, 1, {
      warm: 10_000,
      milliseconds: 20,
    })
    expect(measured.map(({ scenario, row }) => [scenario, row])).toEqual(cases.map(({ scenario, row }) => [scenario, row]))
    for (const { engines, ratio } of measured) {
      expect(Math.min(...Object.values(engines))).toBeGreaterThan(0)
      expect(ratio).toBeGreaterThan(0)
    }
  }, 120_000)
})
