/** The benchmark measures a small project; with IAP_FULL=1, its goals for a project of 10,000 rules. */
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { randomFrom } from '../random.ts'
import { buildProgram } from '../run-program.ts'
import { applied, typedEdits } from './edits.ts'
import { measureEditor } from './measure.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const PROGRAM = 'bench/editor/program.ts'

it('edits are those of a text, one after the other', () => {
  const text = 'role a of b when c\ntype d = {\npermit e\n  on f\n  to a\n'
  const edits = typedEdits(text, 300, randomFrom(1))
  expect(edits).toHaveLength(300)
  expect(new Set(edits.map(({ kind }) => kind))).toEqual(new Set(['condition', 'clause', 'rule', 'name', 'role', 'type']))
  const after = edits.reduce(applied, text)
  expect(after.length).toBe(text.length + edits.reduce((sum, { inserted }) => sum + inserted.length, 0))
})

it('a small project is measured', async () => {
  const figures = await measureEditor(await buildProgram(root, PROGRAM), 100, 20)
  expect(figures).toMatchObject({
    rules: 100,
    files: 4,
    edits: { count: 20 },
    hover: { settled: { count: 40 } },
    completion: { settled: { count: 40 } },
  })
  expect(figures.edits.median).toBeGreaterThan(0)
  expect(figures.memory).toBeGreaterThan(0)
})

it.runIf(process.env.IAP_FULL === '1')('10,000 rules are served as fast as they should be', async () => {
  const figures = await measureEditor(await buildProgram(root, PROGRAM), 10_000, 200)
  console.log(figures)
  expect(figures.edits.median).toBeLessThan(150)
  expect(figures.hover.settled.median).toBeLessThan(50)
  expect(figures.completion.settled.median).toBeLessThan(50)
  expect(figures.hover.afterEdit.median).toBeLessThan(50)
  expect(figures.completion.afterEdit.median).toBeLessThan(50)
  expect(figures.memory).toBeLessThan(800)
})
