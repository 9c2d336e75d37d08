/** `iap-proxy/compiler`: compiles sources into a bundle, as `iap build` does. See `docs/guides/policies/embedding.md`. */

export type {
  DiagnosticJson as Diagnostic,
  PlaceJson as Place,
  PointJson as Point,
} from '../../compiler/project/diagnostic-json.ts'
export { type CompileOptions, type CompileResult, compile, type Failure } from './compile.ts'
export { CompileError, type CompileProblem } from './compile-error.ts'
export { generateKeys, type KeyPair, type SigningJwk } from './generate-keys.ts'
export { createPlanner, type Dialect, type Planner, type PlannerOptions, type PlanQuestion, type PlanResult } from './planner.ts'
export type { BundleSource, FileSources, SourceText, TextSources } from './sources.ts'
