/** `iap-proxy/compiler`: sources → bundle, as `iap build` makes it. `docs/embedding.md` is its page. */

export {
  CompileError,
  type CompileOptions,
  type CompileProblem,
  type CompileResult,
  compile,
  type Failure,
  type FileSources,
  type SourceText,
  type TextSources,
} from './compile.ts'
export type { Diagnostic, Place, Point } from './diagnostic.ts'
export { generateKeys, type KeyPair, type SigningJwk } from './generate-keys.ts'
