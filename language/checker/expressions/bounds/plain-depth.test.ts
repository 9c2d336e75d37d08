import { describe, expect, it } from 'vitest'
import type { Expression } from '../../../syntax/ast.ts'
import { testChecker, told } from '../test-checker.ts'
import { costOf } from './cost.ts'
import { depthOf } from './depth.ts'
import { plainDepth } from './plain-depth.ts'

const checker = testChecker(`
type Params = { n: int, s: string }
type Body = { items: list<string>, tags: set<string>, by: map<string, list<string>>, one?: { city: string } }
identity a via jwt { sub: string, level?: int, hired: timestamp }
data names: list<string>
data owners: map<string, string>
def found(name: string): bool = names.exists(n, n == name)
`)

function checked(text: string): { expression: Expression; tables: Parameters<typeof plainDepth>[1] } {
  const { expression, diagnostics } = checker.value(text, { callers: ['a'] })
  expect(diagnostics.map(told)).toEqual([])
  const { types, references } = checker.tables
  const tables = {
    typeOf: (node: Expression) => types.get(node) ?? ({ kind: 'unknown' } as const),
    referenceOf: (node: Expression) => references.get(node) ?? ({ kind: 'anonymous' } as const),
  }
  return { expression, tables }
}

describe('what is plain costs nothing that counts, and nests as deep as it is written', () => {
  it.each([
    'true',
    'params.s == "a"',
    'params.n + 1 > 2 && -params.n < 3 || !(params.n % 2 == 0)',
    'caller.sub in ["a", "b"] && params.s in body.tags',
    'params.s in body.by',
    'has(caller.level) && caller.level >= 3',
    'caller.?level.orValue(0) > (params.n > 1 ? 2 : 3)',
    'params.s in owners && owners[params.s] == caller.sub',
    'owners[?params.s].orValue("") == params.s',
    'params.s.startsWith("a") && params.s.replace("a", "b").size() < 3 && math.abs(params.n) < 3',
    'request.time.getHours("Europe/Berlin") < 7 && request.time - caller.hired > duration("1h")',
    'cidr("10.0.0.0/8").containsIP(source.ip) && caller is a',
  ])('%s', (text) => {
    const { expression, tables } = checked(text)
    expect(plainDepth(expression, tables)).toBe(depthOf(expression, tables))
    expect(costOf(expression, tables).steps).toBe(0)
  })
})

describe('what must be measured', () => {
  it.each([
    'names.exists(n, n == params.s)',
    'found(params.s)',
    'params.s in names',
    '[params.s] in [names]',
    'body.items == names',
    'body.tags != body.tags',
    'params.s + params.s == "aa"',
    'size(names + names) > 3',
    'sets.contains(names, ["a"])',
    'names.join(",") == ""',
    'params.s.split(",").size() > 3',
    'math.greatest([params.n, 1]) > 1',
    '{"a": 1}[?params.s].hasValue()',
    'true && (false || params.s in names)',
    '[params.s in names] == [true]',
    'has(body.one) && (params.n > 1 ? params.s in names : true)',
  ])('%s', (text) => {
    const { expression, tables } = checked(text)
    expect(plainDepth(expression, tables)).toBeNaN()
  })
})
