/** That the engines of this benchmark decide alike, and that it measures. How fast they are `npm run bench -- decisions` says. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { interpret } from '../../interpreter/index.ts'
import { checkProject, lint } from '../../language/index.ts'
import type { AskedRequest } from './asked-request.ts'
import { buildDecisions } from './build-decisions.ts'
import { openCompiled } from './compiled.ts'
import { type Case, measureDecisions } from './measure.ts'
import type { Scenario } from './scenario.ts'
import { type ScenarioName, scenarios } from './scenarios.ts'
import { openTraffic } from './traffic.ts'
import { writeCompiled } from './write-compiled.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'iap-bench-'))
afterAll(() => rmSync(folder, { recursive: true }))

const ASKED = process.env.IAP_FULL === '1' ? 4_000 : 1_500

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
    const asked = openTraffic(scenario, 1, 1 / 16).next(ASKED)
    const answers = asked.map((one) => byHand.answer(one))
    const part = (text: string) => answers.filter((answer) => answer.endsWith(` ${text}`)).length / answers.length
    for (const [text, least] of Object.entries({ ...shares, 'deny: no-route': 0.03 }))
      expect([text, part(text) > least]).toEqual([text, true])
  })

  it('is decided alike by the compiled policy, by hand, and by the interpreter', () => {
    writeCompiled(scenario.texts, folder)
    const compiled = openCompiled(folder, scenario)
    const asked = openTraffic(scenario, 4, 1 / 16).next(ASKED)
    const answers = asked.map((one) => compiled.answer(one))
    expect(answers).toEqual(asked.map((one) => byHand.answer(one)))
    const some = asked.slice(0, 200)
    expect(some.map((one) => interpreted(scenario, one))).toEqual(answers.slice(0, some.length))
  })

  function interpreted({ callers, data }: Scenario, { caller, request }: AskedRequest): string {
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
  it('gives figures of each row and contestant', async () => {
    const all: readonly (readonly [Case, ...string[]])[] = [
      [{ scenario: 'github', row: 'routed', size: 10 }, 'iap', 'by-hand'],
      [{ scenario: 'caller', row: 'known', size: 50 }, 'iap', 'by-hand', 'bit-test', 'iap-of-40'],
      [{ scenario: 'caller', row: 'routed', size: 50 }, 'iap', 'by-hand'],
      [{ scenario: 'caller', row: 'hot', size: 50 }, 'iap', 'by-hand', 'bit-test', 'iap-of-40'],
      [{ scenario: 'github', row: 'known', size: 10 }, 'iap', 'by-hand'],
    ]
    // Each warms up some processes.
    const chosen = process.env.IAP_FULL === '1' ? all : all.slice(0, 1)
    const cases = chosen.map(([each]) => each)
    const measured = measureDecisions(await buildDecisions(root), cases, 1, { warm: 10_000, milliseconds: 20 })
    expect(measured.map(({ scenario, row }) => [scenario, row])).toEqual(cases.map(({ scenario, row }) => [scenario, row]))
    expect(measured.map(({ nanoseconds }) => Object.keys(nanoseconds))).toEqual(chosen.map(([, ...names]) => names))
    for (const { nanoseconds, ratios } of measured) {
      expect(Math.min(...Object.values(nanoseconds))).toBeGreaterThan(0)
      expect(Object.keys(ratios)).toEqual(Object.keys(nanoseconds).slice(1))
      for (const { median, range } of Object.values(ratios)) {
        expect(range[0]).toBeGreaterThan(0)
        expect(range[0]).toBeLessThanOrEqual(median)
        expect(median).toBeLessThanOrEqual(range[1])
      }
    }
  }, 300_000)
})
