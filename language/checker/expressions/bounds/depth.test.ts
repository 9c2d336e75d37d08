import { expect, it } from 'vitest'
import { testChecker, told } from '../test-checker.ts'

const codes = (declarations: string, text: string) => {
  const checker = testChecker(declarations)
  return [checker.diagnostics.map(told), checker.value(text).diagnostics.map(({ code }) => code)]
}
const nots = (levels: number) => '!'.repeat(levels)

it('a def nests in what calls it', () => {
  const def = `def f(x: bool): bool = ${nots(99)}x`
  // 100 levels and a parameter.
  expect(codes(def, `${nots(98)}f(true)`)).toEqual([[], []])
  expect(codes(def, `${nots(99)}f(true)`)).toEqual([[], ['IAP3064']])
})

it('a long way from def to def is one mistake', () => {
  const defs = Array.from({ length: 3000 }, (_, at) =>
    at === 0 ? 'def f0(x: int): bool = x == 1' : `def f${at}(x: int): bool = x == 2 || !f${at - 1}(x + 3)`,
  )
  const [problems] = codes(defs.join('\n'), 'f2999(0)')
  expect(problems).toEqual([expect.stringMatching(/^IAP3064 /)])
})

it('arguments nest side by side', () => {
  const def = 'def f(x: bool, y: bool): bool = x && y'
  expect(codes(def, `f(${nots(190)}true, ${nots(190)}true)`)).toEqual([[], []])
})
