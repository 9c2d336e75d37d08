/** `.iap` text → checked model. No I/O and no `node:` imports; runs in a browser. */

export { groupsOf, isRange } from './builtins/constants/addresses.ts'
export { isDuration, isTimestamp, isZone, parseTimestamp, readDurationConstant } from './builtins/constants/times.ts'
export {
  BUILTIN_NAMES,
  BUILTINS,
  NAMESPACES,
  type Overload,
  type OverloadCandidate,
  type OverloadId,
  overload,
  overloadsNamed,
  type Pattern,
  type Signature,
} from './builtins/index.ts'
export { check } from './checker/check.ts'
export { ROOTS } from './checker/expressions/access/roots.ts'
export { boundedType } from './checker/expressions/bounds/bounded-type.ts'
export { canFail, operandsOf } from './checker/expressions/bounds/can-fail.ts'
export { unify } from './checker/expressions/calls/match-overload.ts'
export { checkStandalone, type StandaloneExpression } from './checker/expressions/check-standalone.ts'
export type { CheckFacts, Probed } from './checker/facts.ts'
export { importFix, relativePath } from './checker/import-fix.ts'
export type * from './checker/model.ts'
export { hasMeaning } from './checker/reserved-name.ts'
export { parseHost } from './checker/routes/host-pattern.ts'
export { isWithin, matchesText, parseTemplate } from './checker/routes/template.ts'
export type { Named } from './checker/scope.ts'
export { jsonValue } from './checker/tests/json-value.ts'
export type { FieldShape, RecordShape, Type } from './checker/types/type.ts'
export { showType } from './checker/types/type.ts'
export { applyFixes, type FixedProject, type FixedTexts, fixProject } from './diagnostics/apply-fixes.ts'
export {
  catalogue,
  type Diagnostic,
  type Entry,
  type Fix,
  nearest,
  renameTo,
  report,
  type Severity,
} from './diagnostics/index.ts'
export { renderDiagnostic } from './diagnostics/render.ts'
export { format } from './format/format.ts'
export { byAnalysisAlone, lessByAnalysis, lintRules, moreByAnalysis } from './lint/index.ts'
export { type Analysis, type Linted, lint, lintSteps } from './lint/lint.ts'
export type { LintRule } from './lint/lint-rule.ts'
export { parse, parseExpression, readCursor } from './parse.ts'
export { ProjectMemo } from './project/project-memo.ts'
export type { ProjectHost } from './project/read-documents.ts'
export { resolvePath } from './project/resolve-path.ts'
export { type CheckedProject, checkProject } from './project.ts'
export { compileRegex, type Regex, type RegexResult } from './regex/compile-regex.ts'
export { readDocument } from './schema/document.ts'
export { type Outline, type OutlinedOperation, outlineOpenapi } from './schema/openapi/outline-openapi.ts'
export { routeName } from './schema/openapi/route-name.ts'
export { offsetAt, type Position, positionAt, type Source, type Span, spanning } from './source.ts'
export { finish, finishWithPauses, type Steps } from './steps.ts'
export type * from './syntax/ast.ts'
export { childrenOf, isExpression, type SyntaxNode, visit } from './syntax/children.ts'
export { type Cursor, type CursorToken, type ExpectedToken, PLACEHOLDER } from './syntax/cursor.ts'
export { keywordsIn } from './syntax/keywords-in.ts'
export { namesIn, type WrittenName } from './syntax/names-in.ts'
