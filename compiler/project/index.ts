/** Reads sources, files or a bundle into a checked, tested and explained policy. Callers write and print. */
export { BuildMemo, type BuiltPolicy, buildPolicy } from './build-policy.ts'
export { type CheckedPaths, checkNames, checkPaths, checkTexts } from './check-paths.ts'
export { explainTraced, type TracedJson } from './explain/explain-traced.ts'
export {
  type ExplainedPolicy,
  type ExplanationJson,
  explanationJson,
  spanJson,
} from './explain/explanation-json.ts'
export { nearestRoutes } from './explain/nearest-routes.ts'
export { showExplanation, showNearest } from './explain/show-explanation.ts'
export { explainAnswer } from './explain-answer.ts'
export { findSources } from './find-sources.ts'
export { type LintedPaths, lintPaths } from './lint-paths.ts'
export { createLoader } from './load-compiled.ts'
export { makeBundle } from './make-bundle.ts'
export { askInvariants, fitsSchemaOf, meaningOf } from './meaning.ts'
export { mutatePolicy } from './mutate-policy.ts'
export { type LoadedPolicy, openBundle } from './open-bundle.ts'
export type { SqlJson } from './plan/plan-answer.ts'
export { planJson, sqlJson } from './plan/plan-json.ts'
export { planPolicy } from './plan/plan-policy.ts'
export type { PlanQuestion } from './plan/plan-question.ts'
export { plannerOfBundle, plannerOfSources } from './plan/planner.ts'
export { type Rebuilt, rebuildBundle } from './rebuild-bundle.ts'
export { diagnosticJson } from './to-json.ts'
