/** What the language server offers beside the Language Server Protocol. */
import { type Range, RequestType } from 'vscode-languageclient'

/** A `test` block. */
export interface DeclaredTest {
  readonly uri: string
  readonly name: string
  readonly range: Range
  /** Names of its cases, in their order; empty if it has none. */
  readonly cases: readonly string[]
}

/** Request for the tests of a file, or of all files if `uri` is absent. */
export const testsRequest: RequestType<{ readonly uri?: string }, readonly DeclaredTest[], void> = new RequestType('iap/tests')

/** Commands of `workspace/executeCommand`. */
export const RUN_TEST = 'iap.runTest'
export const EMITTED_JAVASCRIPT = 'iap.emittedJavaScript'

/** Argument of `iap.runTest` and of `iap.proveInvariant`. */
export interface NamedDeclaration {
  readonly uri: string
  readonly name: string
}

/** A row of the result of `iap.runTest`: a case, or the test if it has no cases. */
export interface TestResult {
  readonly name: string
  readonly passed: boolean
  /** What was expected and what was decided, if it failed. */
  readonly message?: string
}

/** Result of a command whose answer is a text to read. */
export interface TextResult {
  readonly text: string
}

/** Result of a command whose answer is a page. */
export interface PageResult {
  readonly html: string
}
