/** What the language server offers beside the Language Server Protocol. */

import type { CancellationToken } from 'vscode'
import { type BaseLanguageClient, ExecuteCommandRequest, NotificationType, type Range, RequestType } from 'vscode-languageclient'

/** A `test` block. */
export interface DeclaredTest {
  readonly uri: string
  readonly name: string
  readonly range: Range
  /** Rows of its `cases`, in their order; empty if it has none. */
  readonly cases: readonly { readonly name: string; readonly range: Range }[]
}

/** Request for the tests of a file, or of all files if `uri` is absent. */
export const testsRequest: RequestType<{ readonly uri?: string }, readonly DeclaredTest[], void> = new RequestType('iap/tests')

/** A file of the workspace, for a server without a file system. */
export interface SentFile {
  readonly uri: string
  /** Null if there is no such file. */
  readonly text: string | null
}

/** Notification of files that are new, changed or gone. */
export const filesNotification: NotificationType<{ readonly files: readonly SentFile[] }> = new NotificationType('iap/files')

/** Argument of a command about a file, or about something that is declared in it. */
export interface CommandArgument {
  readonly uri: string
  readonly name?: string
  /** Of `iap.decide`: the request as JSON. */
  readonly request?: string
}

/** A row of the result of `iap.runTest`: a test without cases, or one of its cases. */
export interface TestResult {
  /** Name of the test; with cases {@link caseName}. */
  readonly name: string
  readonly verdict: 'passed' | 'failed' | 'undecided'
  /** Why it failed or is undecided. */
  readonly message: string | null
  /** Place of the expectation. */
  readonly range: Range
}

/** Commands of `workspace/executeCommand` with their results. */
interface CommandResults {
  'iap.runTest': readonly TestResult[]
  'iap.matrix': { readonly html: string }
  'iap.decide': { readonly text: string }
  'iap.emittedJavaScript': { readonly text: string }
}

/** Returns the name of a case in {@link TestResult} and in the argument of `iap.runTest`. */
export function caseName(test: string, row: string): string {
  return `${test} / ${row}`
}

/** Runs a command of the server. @throws Error with the reason if the server cannot carry it out, or if it is cancelled */
export async function execute<C extends keyof CommandResults>(
  client: BaseLanguageClient,
  command: C,
  argument: CommandArgument,
  token?: CancellationToken,
): Promise<CommandResults[C]> {
  return await client.sendRequest(ExecuteCommandRequest.type, { command, arguments: [argument] }, token)
}
