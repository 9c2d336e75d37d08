/** `.iap` text → checked model. No I/O, no node: imports; runs in a browser. */

export { groupsOf, isRange } from './builtins/constants/addresses.ts'
export { isDuration, isTimestamp, isZone, parseDuration, parseTimestamp } from './builtins/constants/times.ts'
export {
  BUILTIN_NAMES,
  BUILTINS,
  type Candidate,
  NAMESPACES,
  type Overload,
  type OverloadId,
  overload,
  overloadsNamed,
  type Pattern,
  type Signature,
} from './builtins/index.ts'
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
export { parse, parseExpression } from './parse.ts'
export { ProjectMemo } from './project/project-memo.ts'
export { type CheckedProject, checkProject, type ProjectHost } from './project.ts'
export { compileRegex, type Regex, type RegexResult } from './regex/compile-regex.ts'
export { byAnalysisAlone, lessByAnalysis, lintRules, moreByAnalysis } from './rules/index.ts'
export { type Analysis, type Linted, lint } from './rules/lint.ts'
export type { LintRule } from './rules/lint-rule.ts'
export { readDocument } from './schema/document.ts'
export { type Outline, type OutlinedOperation, outlineOpenapi } from './schema/openapi/outline-openapi.ts'
export { check } from './semantics/check.ts'
export { boundedType } from './semantics/expressions/bounds/bounded-type.ts'
export { canFail, operandsOf } from './semantics/expressions/bounds/can-fail.ts'
export { checkStandalone, type StandaloneExpression } from './semantics/expressions/check-standalone.ts'
export type * from './semantics/model.ts'
export { parseHost } from './semantics/routes/host-pattern.ts'
export { isWithin, matchesText, parseTemplate } from './semantics/routes/template.ts'
export { jsonValue } from './semantics/tests/json-value.ts'
export type { FieldShape, RecordShape, Type } from './semantics/types/type.ts'
export { showType } from './semantics/types/type.ts'
export { offsetAt, type Position, positionAt, type Source, type Span, spanning } from './source.ts'
export type * from './syntax/ast.ts'
