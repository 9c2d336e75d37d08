/** That the engines of this benchmark decide alike, and that it measures. How fast they are `npm run bench -- decisions` says. */
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { checkProject, lint } from '../../language/index.ts'
import { buildProgram, type Case, measureDecisions } from './measure.ts'
import { synthetic } from './synthetic/index.ts'
import { openTraffic } from './traffic.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

describe.each(['caller', 'mixed'] as const)('%s', (variant) => {
  it('is a policy without errors and warnings', () => {
    const { texts } = synthetic(variant, 400)
    const project = checkProject({ read: (name) => texts.get(name) ?? null }, [...texts.keys()])
    expect(project.result?.rules).toHaveLength(400)
    expect(lint(project, 'default').diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([])
  })

  it('has traffic of which something is permitted, refused, and asked to sign in', () => {
    const scenario = synthetic(variant, 400)
    const engine = scenario.openByHand()
    const answers = openTraffic(scenario, 1, 1 / 16)
      .next(4_000)
      .map((asked) => engine.answer(asked))
    const part = (text: string) => answers.filter((answer) => answer.includes(text)).length / answers.length
    expect(part(' permit')).toBeGreaterThan(0.3)
    expect(part(' deny: default')).toBeGreaterThan(0.2)
    expect(part(' unauthenticated')).toBeGreaterThan(0.03)
    expect(part(' deny: no-route')).toBeGreaterThan(0.03)
    expect(part(variant === 'mixed' ? ' deny: The old channel is closed.' : ' deny: Not in this region.')).toBeGreaterThan(0.01)
  })

  it('is decided alike by the compiled policy and by hand, and timed', async () => {
    const cases = (['routed', 'known'] as const).flatMap((row) => [40].map((size): Case => ({ scenario: variant, row, size })))
    const measured = measureDecisions(await buildProgram(root), cases, 1, { warm: 10_000, milliseconds: 20 })
    expect(measured.map(({ row, size }) => [row, size])).toEqual(cases.map(({ row, size }) => [row, size]))
    for (const { engines, ratio } of measured) {
      expect(Math.min(...Object.values(engines))).toBeGreaterThan(0)
      expect(ratio).toBeGreaterThan(0)
    }
  }, 120_000)
})
