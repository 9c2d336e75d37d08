/**
 * The cases of CEL's own suites, as the package brings them: the conformance suite, and what cel-go's parser, checker and macros of two
 * variables are tested with.
 */
import { tests as checking } from '@bufbuild/cel-spec/testdata/checking.js'
import { tests as comprehension } from '@bufbuild/cel-spec/testdata/comprehension.js'
import { tests as conformance } from '@bufbuild/cel-spec/testdata/conformance.js'
import { tests as parsing } from '@bufbuild/cel-spec/testdata/parsing.js'
import type { CelTree } from './cel-tree.ts'
import { type CelType, type CelTypeJson, typeOfJson } from './cel-type.ts'
import { readTree, readType } from './read-tree.ts'

/** Of `cel.expr.Value` as JSON: `{ int64Value: "1" }`, `{ listValue: { values: […] } }`, … */
export type CelValue = Readonly<Record<string, unknown>>

export interface Case {
  readonly suite: 'evaluate' | 'check' | 'parse'
  /** The file of the conformance suite, or the suite's name. */
  readonly file: string
  /** `file/section/name`; where a suite gives no name its position. Two of one section may have one name. */
  readonly id: string
  readonly expression: string
  /** What cel-go's parser made of it, macros expanded; null where it could not be parsed. */
  readonly tree: CelTree | null
  /** The same with types; null where it could not be checked. */
  readonly checkedTree: CelTree | null
  /** Null where it could not be checked. */
  readonly type: CelType | null
  /**
   * Whether cel-go could not read it because the package has it parse without optional access, optional elements and quoted names, and
   * no deeper than 32. These are of CEL, and what the suite expects of them holds; there is no tree and no type to compare.
   */
  readonly unread: boolean
  /** Variables, and functions without a type. */
  readonly declared: ReadonlyMap<string, CelType | null>
  readonly bindings: Readonly<Record<string, { readonly value?: CelValue }>>
  readonly expected: { readonly value: CelValue } | 'error' | 'nothing'
}

interface Suite {
  readonly name: string
  readonly suites?: readonly Suite[] | undefined
  readonly tests?: readonly Written[] | undefined
}
interface Written {
  readonly original: object
  readonly ast?: string | undefined
  readonly checkedAst?: string | undefined
  readonly type?: string | undefined
  readonly error?: string | undefined
}

/** A `cel.expr.conformance.test.SimpleTest` as JSON, as far as it is read. */
interface SimpleTest {
  readonly name?: string
  readonly expr: string
  readonly typeEnv?: readonly { readonly name: string; readonly ident?: { readonly type?: CelTypeJson } }[]
  readonly bindings?: Case['bindings']
  readonly checkOnly?: boolean
  readonly value?: CelValue
  readonly typedResult?: { readonly result?: CelValue }
  readonly evalError?: object
}

/** What the package has every case checked with (`gen_incremental_tests.go` of cel-es), whether it declares it or not. */
const PRELUDE: readonly [string, string][] = [
  ['is', 'string'],
  ['ii', 'int'],
  ['iu', 'uint'],
  ['iz', 'bool'],
  ['ib', 'bytes'],
  ['id', 'double'],
  ['ix', 'null'],
]

/** Every case of the four suites, in their order. */
export function loadCases(): readonly Case[] {
  const files = (conformance as Suite).suites ?? []
  return [
    ...files.flatMap((file) => casesOf(file, 'evaluate', file.name, file.name)),
    ...casesOf(checking as Suite, 'check', 'checking', 'checking'),
    ...casesOf(parsing as Suite, 'parse', 'parsing', 'parsing'),
    ...casesOf(comprehension as Suite, 'parse', 'comprehension', 'comprehension'),
  ]
}

function casesOf(suite: Suite, kind: Case['suite'], file: string, path: string): readonly Case[] {
  const own = (suite.tests ?? []).map((test, at) => {
    const original = test.original as SimpleTest
    return caseOf(test, original, kind, file, `${path}/${original.name ?? at + 1}`)
  })
  return [...own, ...(suite.suites ?? []).flatMap((inner) => casesOf(inner, kind, file, `${path}/${inner.name}`))]
}

function caseOf(
  { ast, checkedAst, type, error }: Written,
  original: SimpleTest,
  suite: Case['suite'],
  file: string,
  id: string,
): Case {
  return {
    suite,
    file,
    id,
    expression: original.expr,
    tree: ast === undefined ? null : readTree(ast),
    checkedTree: checkedAst === undefined ? null : readTree(checkedAst),
    type: type === undefined ? null : readType(type),
    unread: /unsupported syntax/.test(error ?? '') || (suite !== 'parse' && /recursion limit exceeded/.test(error ?? '')),
    declared: new Map([
      ...PRELUDE.map(([name, text]): [string, CelType] => [name, readType(text)]),
      ...(original.typeEnv ?? []).map(({ name, ident }): [string, CelType | null] => [
        name,
        ident?.type ? typeOfJson(ident.type) : null,
      ]),
    ]),
    bindings: original.bindings ?? {},
    expected: expectedOf(original, suite),
  }
}

/** A case without a result expects `true`; one that is only checked expects a type alone. */
function expectedOf({ checkOnly, evalError, value, typedResult }: SimpleTest, suite: Case['suite']): Case['expected'] {
  if (suite !== 'evaluate' || checkOnly) return 'nothing'
  if (evalError !== undefined) return 'error'
  return { value: value ?? typedResult?.result ?? { boolValue: true } }
}
