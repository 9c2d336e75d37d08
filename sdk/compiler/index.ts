/** `iap-proxy/compiler`: sources → bundle, as `iap build` makes it. `docs/embedding.md` is its page. */

export {
  type CompileOptions,
  type CompileResult,
  compile,
  type Failure,
  type FileSources,
  type SourceText,
  type TextSources,
} from './compile.ts'
export { CompileError, type CompileProblem } from './compile-error.ts'
export type { Diagnostic, Place, Point } from './diagnostic.ts'
export { generateKeys, type KeyPair, type SigningJwk } from './generate-keys.ts'
export {
  type BundleSource,
  createPlanner,
  type Dialect,
  type Planner,
  type PlannerOptions,
  type PlanQuestion,
  type PlanResult,
} from './planner.ts'
