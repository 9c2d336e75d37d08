import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BudgetError } from '../budget.ts'
import { Bdd, type Edge, FALSE, TRUE } from './bdd.ts'

/** A formula over six variables, and what it is with each of the 64 values of them. */
type Formula =
  | { readonly is: number }
  | { readonly not: Formula }
  | { readonly op: 'and' | 'or' | 'xor'; readonly left: Formula; readonly right: Formula }
  | { readonly test: Formula; readonly yes: Formula; readonly no: Formula }

const VARIABLES = 6
const { formula } = fc.letrec<{ formula: Formula }>((tie) => ({
  formula: fc.oneof(
    { maxDepth: 5 },
    fc.record({ is: fc.nat(VARIABLES - 1) }),
    fc.record({ not: tie('formula') }),
    fc.record({
      op: fc.constantFrom('and' as const, 'or' as const, 'xor' as const),
      left: tie('formula'),
      right: tie('formula'),
    }),
    fc.record({ test: tie('formula'), yes: tie('formula'), no: tie('formula') }),
  ),
}))

function truth(of: Formula, values: number): boolean {
  if ('is' in of) return ((values >> of.is) & 1) === 1
  if ('not' in of) return !truth(of.not, values)
  if ('test' in of) return truth(of.test, values) ? truth(of.yes, values) : truth(of.no, values)
  const [left, right] = [truth(of.left, values), truth(of.right, values)]
  return of.op === 'and' ? left && right : of.op === 'or' ? left || right : left !== right
}

function build(diagram: Bdd, of: Formula): Edge {
  if ('is' in of) return diagram.variable(of.is)
  if ('not' in of) return diagram.not(build(diagram, of.not))
  if ('test' in of) return diagram.choose(build(diagram, of.test), build(diagram, of.yes), build(diagram, of.no))
  const [left, right] = [build(diagram, of.left), build(diagram, of.right)]
  return diagram[of.op](left, right)
}

const tableOf = (of: Formula) => Array.from({ length: 1 << VARIABLES }, (_, values) => truth(of, values))
const bit = (values: number) => (variable: number) => ((values >> variable) & 1) === 1

describe('a diagram', () => {
  test('says what its formula says, with all values', () => {
    fc.assert(
      fc.property(formula, (one) => {
        const diagram = new Bdd()
        const edge = build(diagram, one)
        expect(Array.from({ length: 1 << VARIABLES }, (_, values) => diagram.evaluate(edge, bit(values)))).toEqual(tableOf(one))
      }),
      { numRuns: 2000, seed: 8 },
    )
  })

  test('is the same number for formulas that say the same, and for no others', () => {
    fc.assert(
      fc.property(formula, formula, (one, other) => {
        const diagram = new Bdd()
        const same = JSON.stringify(tableOf(one)) === JSON.stringify(tableOf(other))
        expect(build(diagram, one) === build(diagram, other)).toBe(same)
        // Whatever was worked out before.
        expect(build(diagram, one)).toBe(build(diagram, one))
      }),
      { numRuns: 2000, seed: 8 },
    )
  })

  test('knows whether one implies another, what it depends on, and what it is for some values of a variable, or for any', () => {
    fc.assert(
      fc.property(formula, formula, fc.nat(VARIABLES - 1), fc.boolean(), (one, other, variable, value) => {
        const diagram = new Bdd()
        const [a, b] = [build(diagram, one), build(diagram, other)]
        const [inA, inB] = [tableOf(one), tableOf(other)]
        expect(diagram.implies(a, b)).toBe(inA.every((is, values) => !is || inB[values]))
        const depends = (on: number) => inA.some((is, values) => is !== inA[values ^ (1 << on)])
        expect(diagram.support(a)).toEqual(Array.from({ length: VARIABLES }, (_, at) => at).filter(depends))
        const given = diagram.restrict(a, (at) => (at === variable ? value : null))
        const some = diagram.exists(a, (at) => at === variable)
        for (let values = 0; values < 1 << VARIABLES; values++) {
          const set = value ? values | (1 << variable) : values & ~(1 << variable)
          expect(diagram.evaluate(given, bit(values))).toBe(inA[set])
          expect(diagram.evaluate(some, bit(values))).toBe(inA[values] || inA[values ^ (1 << variable)])
        }
      }),
      { numRuns: 300, seed: 8 },
    )
  })

  test('has an example of what is not false, with the values that are preferred where they will do', () => {
    fc.assert(
      fc.property(formula, fc.boolean(), (one, preferred) => {
        const diagram = new Bdd()
        const edge = build(diagram, one)
        const found = diagram.satisfy(edge, () => preferred)
        expect(found === null).toBe(!tableOf(one).includes(true))
        if (found === null) return
        for (const others of [false, true]) expect(diagram.evaluate(edge, (at) => found.get(at) ?? others)).toBe(true)
        for (const [variable, value] of found) {
          if (value === preferred) continue
          // What was preferred leads nowhere, after what was chosen before it.
          const before = (at: number) => (at < variable ? (found.get(at) ?? null) : at === variable ? preferred : null)
          expect(diagram.restrict(edge, before)).toBe(FALSE)
        }
      }),
      { numRuns: 1000, seed: 8 },
    )
  })

  test('of many is what they are together, and of none what changes nothing', () => {
    const diagram = new Bdd()
    const some = [3, 1, 4].map((at) => diagram.variable(at))
    expect(diagram.all(some)).toBe(some.reduce((a, b) => diagram.and(a, b)))
    expect(diagram.any(some)).toBe(some.reduce((a, b) => diagram.or(a, b)))
    expect([diagram.all([]), diagram.any([])]).toEqual([TRUE, FALSE])
  })

  test('ends with an error where it needs more nodes than it may have', () => {
    const diagram = new Bdd(undefined, 1000)
    // Pairs that stand far from each other: 2^n nodes.
    const pairs = Array.from({ length: 20 }, (_, at) => diagram.and(diagram.variable(at), diagram.variable(at + 20)))
    expect(() => diagram.any(pairs)).toThrow(BudgetError)
  })

  test('ends with an error where it needs many nodes and its time is up', () => {
    let isOver = false
    const diagram = new Bdd(() => isOver)
    const pairs = Array.from({ length: 20 }, (_, at) => diagram.and(diagram.variable(at), diagram.variable(at + 20)))
    expect(diagram.any(pairs.slice(0, 12))).not.toBe(TRUE)
    expect(diagram.size).toBeGreaterThan(4096)
    isOver = true
    expect(() => diagram.any(pairs)).toThrow('the time limit was reached')
    expect(diagram.within(1_000_000, () => diagram.any(pairs))).toBe(null)
    isOver = false
    expect(diagram.any(pairs.slice(0, 14))).not.toBe(TRUE)
  })

  test('tells of a question that it gives up, and goes on', () => {
    let given = 0
    const diagram = new Bdd(undefined, 1000, () => given++)
    const all = (most: number) => Array.from({ length: most }, (_, at) => diagram.variable(at))
    expect(diagram.within(10, () => diagram.all(all(20)))).toBe(null)
    expect(given).toBe(1)
    expect(diagram.within(100, () => diagram.all(all(20)))).toBe(diagram.all(all(20)))
    expect(given).toBe(1)
  })

  test('of a parity of 500 variables is as large as they are, and is made again at once', () => {
    const diagram = new Bdd()
    const parity = () => Array.from({ length: 500 }, (_, at) => diagram.variable(at)).reduce((a, b) => diagram.xor(a, b))
    const edge = parity()
    // A node each beside the variables': a negation takes none.
    expect(diagram.support(edge)).toHaveLength(500)
    const { size } = diagram
    expect(parity()).toBe(edge)
    expect(diagram.size).toBe(size)
  })
})

test('a diagram may be deeper than the call stack', () => {
  const diagram = new Bdd()
  const count = 20_000
  const variables = Array.from({ length: count }, (_, at) => diagram.variable(at))
  const [all, any] = [diagram.all(variables), diagram.any(variables)]
  expect(diagram.and(all, any)).toBe(all)
  expect([diagram.implies(all, any), diagram.implies(any, all), diagram.disjoint(all, diagram.not(any))]).toEqual([
    true,
    false,
    true,
  ])
  const some = diagram.xor(all, any)
  expect(diagram.and(some, all)).toBe(FALSE)
  expect(diagram.exists(all, (variable) => variable > 0)).toBe(variables[0])
  expect(diagram.restrict(all, (variable) => (variable > 0 ? true : null))).toBe(variables[0])
  expect(diagram.restrict(any, (variable) => variable === count - 1 || null)).toBe(TRUE)
})
