import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createFind } from './flat-tree.ts'
import { emptyTree, type Tree } from './route-tree.ts'

const NO_PATTERNS = new Map<string, Tree>()

/** Any method, and the path ends there. */
function leaf(route: number): Tree {
  return { ...emptyTree(), ends: { methods: [], routes: [], any: route } }
}

function treeOf(texts: readonly string[], first: number): Tree {
  return { ...emptyTree(), literals: new Map(texts.map((text, at) => [text, leaf(first + at)])) }
}

/** Each list is the paths of one segment of a host of its own, and the hosts of another router. */
function check(lists: readonly (readonly string[])[], others: readonly string[]): void {
  const trees = lists.map((texts, at) => [`h${at}`, treeOf(texts, 100 * at)] as const)
  const find = createFind(new Map(trees), NO_PATTERNS)
  const asked = [...others, ...lists.flat()]
  for (const [at, texts] of lists.entries()) {
    const hosts = createFind(new Map(texts.map((text, index) => [text, treeOf(['x'], index)])), NO_PATTERNS)
    const indices = asked.map((text) => texts.indexOf(text))
    // At once, as thousands of expectations take longer than what they are about.
    expect(asked.map((text) => find(`h${at}`, 'GET', [text]))).toEqual(indices.map((one) => (one < 0 ? -1 : 100 * at + one)))
    expect(asked.map((text) => find(`h${at}`, 'GET', [text, text]))).toEqual(asked.map(() => -1))
    expect(asked.map((text) => hosts(text, 'GET', ['x']))).toEqual(indices)
  }
}

test.each([
  ['nothing', [[]]],
  ['the empty text', [[''], []]],
  ['the empty text among others', [['', 'a', '__proto__', 'constructor'], ['a']]],
  [
    'no empty text',
    [
      ['a', 'b', 'c'],
      ['ab', 'cd'],
    ],
  ],
  ['the same text in several', [['orders'], ['orders'], ['orders', 'items']]],
  ['what is alike where one looks', [Array.from({ length: 90 }, (_, at) => `xxxxxxxxxxxxxxxx${at + 1000}xxxxxxxxxxxxxxxx`)]],
  ['surrogates and controls', [['\ud800', '\udc00\ud800', '\u0000', '\u0000\u0000', '😀']]],
])('%s', (_, lists) => {
  check(lists, ['', 'a', 'b', 'ordert', 'Orders', 'orders/', '__proto__', 'toString', '\u0000'])
})

describe('any texts', () => {
  const word = fc.oneof(fc.string({ maxLength: 6 }), fc.stringMatching(/^[ab]{0,8}$/), fc.stringMatching(/^r-[0-9]{1,4}$/))
  const list = fc.uniqueArray(word, { maxLength: 30 })
  test('lead to their own route, and nothing else does', () => {
    fc.assert(
      fc.property(fc.array(list, { minLength: 1, maxLength: 4 }), fc.array(word), (lists, others) => check(lists, others)),
      { seed: 4, numRuns: 500 },
    )
  })
})

test('trees that are alike lead each to its own routes', () => {
  const resource = (first: number, any: boolean): Tree => ({
    ...emptyTree(),
    ends: { methods: ['GET', 'HEAD', 'POST'], routes: [first, first, first + 1], any: any ? first + 9 : -1 },
    params: [{ param: { kind: 'param', type: 'int', prefix: '', suffix: '' }, tree: leaf(first + 2) }],
    rests: { methods: ['GET'], routes: [first + 3], any: -1 },
  })
  const host = (first: number): Tree => ({
    ...emptyTree(),
    literals: new Map([
      ['a', resource(first, false)],
      ['b', resource(first + 10, false)],
      ['c', resource(first + 20, true)],
    ]),
  })
  const find = createFind(
    new Map([
      ['one', host(0)],
      ['two', host(100)],
    ]),
    new Map([['.pattern', host(200)]]),
  )
  const paths: readonly (readonly [method: string, segments: readonly string[], route: number | null])[] = [
    ['GET', [], 0],
    ['HEAD', [], 0],
    ['POST', [], 1],
    ['PUT', [], null],
    ['PUT', ['7'], 2],
    ['GET', ['x'], 3],
    ['GET', ['7', 'x'], 3],
    ['PUT', ['x'], null],
  ]
  for (const [at, name] of ['one', 'two', 'any.pattern'].entries())
    for (const [of, resourceName] of ['a', 'b', 'c'].entries())
      for (const [method, segments, route] of paths) {
        const first = 100 * at + 10 * of
        const other = resourceName === 'c' && segments.length === 0 ? first + 9 : -1
        expect(find(name, method, [resourceName, ...segments])).toBe(route === null ? other : first + route)
      }
  expect(find('two', 'GET', ['d'])).toBe(-1)
  expect(find('three', 'GET', ['a'])).toBe(-1)
})
