/** The cases of CEL's own suites, as the package brings them: the conformance suite, and what cel-go's parser and checker are tested with. */
import { tests as checking } from '@bufbuild/cel-spec/testdata/checking.js'
import { tests as conformance } from '@bufbuild/cel-spec/testdata/conformance.js'
import { tests as parsing } from '@bufbuild/cel-spec/testdata/parsing.js'

/** Of `cel.expr.Value` as JSON: `{ int64Value: "1" }`, `{ listValue: { values: […] } }`, … */
export type CelValue = Readonly<Record<string, unknown>>
/** Of `cel.expr.Type` as JSON: `{ primitive: "INT64" }`, … */
export type CelType = Readonly<Record<string, unknown>>

export interface Case {
  readonly suite: 'evaluate' | 'check' | 'parse'
  /** The file of the conformance suite, or the suite's name. */
  readonly file: string
  /** `file/section/name`; where a suite gives no name its position. */
  readonly id: string
  readonly expression: string
  /** cel-go's debug text of the tree, macros expanded; null where it could not be parsed. */
  readonly tree: string | null
  /** The same with `~type` behind every node; null where it could not be checked. */
  readonly checkedTree: string | null
  /** `map(string, int)`; null where it could not be checked. */
  readonly type: string | null
  readonly variables: readonly { readonly name: string; readonly type: CelType | null }[]
  readonly bindings: Readonly<Record<string, { readonly value?: CelValue }>>
  readonly expected: { readonly value: CelValue } | 'error' | 'nothing'
}

interface Suite {
  readonly name: string
  readonly suites?: readonly Suite[] | undefined
  readonly tests?: readonly Written[] | undefined
}
interface Written {
  readonly original: Readonly<Record<string, unknown>> & { readonly expr: string; readonly name?: string }
  readonly ast?: string | undefined
  readonly checkedAst?: string | undefined
  readonly type?: string | undefined
}

/** Every case of the three suites, in their order. */
export function loadCases(): readonly Case[] {
  const files = (conformance as Suite).suites ?? []
  return [
    ...files.flatMap((file) => casesOf(file, 'evaluate', file.name, file.name)),
    ...casesOf(checking as Suite, 'check', 'checking', 'checking'),
    ...casesOf(parsing as Suite, 'parse', 'parsing', 'parsing'),
  ]
}

function casesOf(suite: Suite, kind: Case['suite'], file: string, path: string): readonly Case[] {
  const own = (suite.tests ?? []).map((test, at) => caseOf(test, kind, file, `${path}/${test.original.name ?? at + 1}`))
  return [...own, ...(suite.suites ?? []).flatMap((inner) => casesOf(inner, kind, file, `${path}/${inner.name}`))]
}

function caseOf({ original, ast, checkedAst, type }: Written, suite: Case['suite'], file: string, id: string): Case {
  const typeEnv = (original['typeEnv'] ?? []) as readonly { name: string; ident?: { type?: CelType } }[]
  return {
    suite,
    file,
    id,
    expression: original.expr,
    tree: ast ?? null,
    checkedTree: checkedAst ?? null,
    type: type ?? null,
    variables: typeEnv.map(({ name, ident }) => ({ name, type: ident?.type ?? null })),
    bindings: (original['bindings'] ?? {}) as Case['bindings'],
    expected: expectedOf(original, suite),
  }
}

/** A case without a result expects `true`; one that is only checked expects a type alone. */
function expectedOf(original: Written['original'], suite: Case['suite']): Case['expected'] {
  if (suite !== 'evaluate' || original['checkOnly'] === true) return 'nothing'
  if (original['evalError'] !== undefined) return 'error'
  const typed = original['typedResult'] as { result?: CelValue } | undefined
  return { value: (original['value'] as CelValue | undefined) ?? typed?.result ?? { boolValue: true } }
}
