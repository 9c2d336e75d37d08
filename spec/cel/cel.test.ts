/** CEL's own suites, whole: what `npm run conformance` prints, and that it would see what is wrong. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { partsOf, showTree } from './cel-tree.ts'
import { showCelType } from './cel-type.ts'
import { deviations } from './known-deviations.ts'
import { readTree, readType } from './read-tree.ts'
import { conformanceReport, type FileReport, sum } from './report.ts'
import { runCase } from './run-case.ts'
import { foreignFunctions, outOfScope, rules } from './scope.ts'
import { jsonOf, tableOf } from './show-report.ts'
import { type Case, loadCases } from './suites.ts'

const cases = loadCases()
const report = conformanceReport(cases)

describe('the suites', () => {
  test('fail nowhere', () => {
    expect(report.files.flatMap(({ failures }) => failures)).toEqual([])
  })

  test('have so many cases in scope', () => {
    expect(report.total).toEqual({ cases: 2765, inScope: 829, passed: 778, knownDeviations: 51 })
    expect(sum(report.files, 'rightWithVariables')).toBe(46)
    expect(sum(report.files, 'evaluatedWithVariables')).toBe(710)
    const evaluated = (named: (file: string) => boolean) =>
      sum(
        report.files.filter(({ file }) => named(file)),
        'evaluated',
      )
    expect({
      all: evaluated(() => true),
      strings: evaluated((file) => file === 'string_ext'),
      math: evaluated((file) => file === 'math_ext'),
    }).toEqual({ all: 713, strings: 69, math: 88 })
  })

  test('are out of scope by these rules', () => {
    const counts: Record<string, number> = {}
    for (const { outOfScope } of report.files)
      for (const [rule, count] of Object.entries(outOfScope)) counts[rule] = (counts[rule] ?? 0) + count
    expect(counts).toEqual({
      '`bytes`': 155,
      '`cel.bind`, `cel.block`': 52,
      '`dyn`': 181,
      '`null`': 130,
      '`type` values': 29,
      '`uint`': 353,
      'fields and entries behind an optional': 1,
      'function outside of the subset': 134,
      'integer beyond 2⁵³': 27,
      'macros of two variables': 125,
      'map keys other than strings': 19,
      'names with dots, and containers': 7,
      'optional elements and entries': 18,
      protobuf: 553,
      'quoted names': 19,
      'syntax that the suite could not read': 3,
      'unguarded index': 16,
      'what CEL itself refuses to parse, or to check': 114,
    })
  })

  test('are told in the form that was agreed on', () => {
    const { total, files, ...others } = JSON.parse(jsonOf(report)) as { total: object; files: readonly FileReport[] }
    expect(others).toEqual({})
    expect(Object.keys(total)).toEqual(['cases', 'inScope', 'passed', 'knownDeviations'])
    expect(files.map(({ file }) => file)).toEqual(report.files.map(({ file }) => file))
    expect(tableOf(report)).toContain('713 evaluated, by the interpreter and as compiled code: 556 of the language')
  })
})

describe('what is left out', () => {
  const page = readFileSync(new URL('../language/deviations.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| ((?:[^|\\]|\\\|)+) \|/gm)].map(([, cell]) => cell)

  test.each([...new Set([...deviations.map(({ row }) => row), ...rules.flatMap((rule) => rule.rows)])])(
    'stands among the deviations: %s',
    (row) => {
      expect(
        rows.filter((cell) => cell?.startsWith(row)),
        row,
      ).toHaveLength(1)
    },
  )

  test('is each case once, and in scope', () => {
    for (const id of deviations.flatMap((deviation) => deviation.cases)) {
      const named = cases.filter((one) => one.id === id)
      expect(named.map(outOfScope), id).toEqual([null])
    }
  })

  test('are these functions', () => {
    const foreign = cases.filter((one) => outOfScope(one) === 'function outside of the subset')
    expect([...new Set(foreign.flatMap(foreignFunctions))].sort()).toEqual([
      'TestAllTypes.NestedEnum',
      // Reserved words as names of methods, which nobody declares.
      ...['as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import', 'let', 'loop', 'namespace'].map(
        (word) => `a.${word}`,
      ),
      ...['package', 'return', 'var', 'void', 'while'].map((word) => `a.${word}`),
      ...['base64.encode', 'encode', 'f_unknown', 'fg_s', 'fn', 'fun'],
      ...['optional.none', 'optional.of', 'optional.ofNonZeroValue', 'set', 'strings.quote', 'type', 'undef'],
      ...['x.fi_s_s', 'x.format', 'x.fun', 'x.optFlatMap', 'x.or', 'x.value'],
    ])
  })

  test('is refused here, too, where CEL refuses to check it', () => {
    const refused = cases
      .filter(({ suite, tree }) => suite !== 'parse' && tree !== null)
      .filter((one) => outOfScope(one)?.startsWith('what CEL'))
    expect(refused.length).toBeGreaterThan(50)
    expect(refused.filter((one) => runCase(one).asWritten.kind !== 'refused').map(({ id }) => id)).toEqual([])
  })
})

describe('the run', () => {
  const named = (id: string): Case => cases.find((one) => one.id === id) as Case
  const sumCase = named('integer_math/int64_math/unary_minus_pos')
  const problems = (one: Case) => conformanceReport([one]).files.flatMap(({ failures }) => failures.map(({ problem }) => problem))

  test('passes what it should', () => {
    expect(problems(sumCase)).toEqual([])
  })

  test('sees another value, an error, and none', () => {
    expect(problems({ ...sumCase, expected: { value: { int64Value: '42' } } })).toEqual([
      'the interpreter gives -42 instead of 42',
    ])
    expect(problems({ ...sumCase, expected: 'error' })).toEqual(['the interpreter gives -42 instead of error'])
    expect(problems({ ...named('integer_math/int64_math/divide_zero'), expected: { value: { int64Value: '0' } } })).toEqual([
      'with literals as variables the interpreter gives error instead of 0',
    ])
  })

  test('sees another type, of the whole and of a part', () => {
    expect(problems({ ...sumCase, type: readType('double') })).toEqual(['has the type int instead of double'])
    const checkedTree = readTree('_+_(\n  1~int,\n  2~double\n)~int^add_int64')
    expect(problems({ ...named('checking/23'), checkedTree })).toEqual(['has a part of the type int instead of double'])
  })

  test('sees another tree', () => {
    const tree = readTree('-_(\n  x^#*expr.Expr_IdentExpr#\n)^#*expr.Expr_CallExpr#')
    expect(problems({ ...sumCase, tree })).toEqual(['is the tree int -42 instead of -_(x)'])
  })

  test('sees a known deviation that passes, or differs otherwise', () => {
    const id = 'integer_math/int64_math/divide_zero'
    expect(problems({ ...sumCase, id })).toEqual(['is a known deviation, and passes: take it off the list'])
    expect(problems({ ...named('logic/AND/error_left'), id: 'lists/in/missing' })).toEqual([
      'is refused: IAP3071 this divides by zero, which always fails',
    ])
  })

  test('takes an exception for a failure', () => {
    expect(problems({ ...sumCase, expected: { value: { unheardOf: 1 } } })).toEqual([
      expect.stringMatching(/^throws Error: a value of kind unheardOf/),
    ])
  })
})

describe("cel-go's text", () => {
  test('is read to the end, and the type of the root is that of the case', () => {
    const checked = cases.filter(({ checkedTree }) => checkedTree !== null)
    expect(checked.length).toBeGreaterThan(2000)
    for (const { id, checkedTree, type } of checked)
      if (checkedTree?.type !== undefined && type !== null) expect(showCelType(checkedTree.type), id).toBe(showCelType(type))
  })

  test.each([
    ['"a\\n\\"b"~string.charAt(\n  3~int\n)~string^string_char_at_int', '"a\\n\\"b".charAt(int 3)'],
    ['x~list(map(string, int))^x', 'x'],
    ['{\n  "a"~string:1~int\n}~map(string, int).a~test-only~~bool', 'has {"a": int 1}.a'],
    ['_&&_(\n  _&&_(\n    a~bool^a,\n    b~bool^b\n  )~bool^logical_and,\n  c~bool^c\n)~bool^logical_and', '_&&_(a, b, c)'],
    ['a.b.C{\n  f:1u~uint\n}~a.b.C^a.b.C.f~list(a.b.C.D)', 'a.b.C{uint 1}.f'],
    ['math.@max(\n  1~int,\n  -0.5~double\n)~dyn^math_@max_int_double', 'math.@max(int 1, double -0.5)'],
  ])('%j', (text, tree) => {
    expect(showTree(readTree(text))).toBe(tree)
  })

  test('has a type for every part', () => {
    const types = partsOf(readTree('@in(\n  1~int\n)~bool')).map(({ type }) => type && showCelType(type))
    expect(types).toEqual(['bool', 'int'])
  })

  test('that is something else is no tree', () => {
    expect(() => readTree('f(1~int')).toThrow('a tree of cel-go is not as expected')
  })
})
