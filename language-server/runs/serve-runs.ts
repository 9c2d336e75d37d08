import type { CancellationToken, Connection } from 'vscode-languageserver'
import {
  type ClientCapabilities,
  CodeLensRefreshRequest,
  type ExecuteCommandParams,
  ExecuteCommandRequest,
  LSPErrorCodes,
  ResponseError,
} from 'vscode-languageserver-protocol'
import type { Workspace } from '../workspace/workspace.ts'
import { COMMAND_TITLES, runCommand } from './commands.ts'
import { RunProgress } from './progress.ts'
import { CancelledError, Run, RunError } from './run.ts'
import { testsIn } from './test-list.ts'

/** Registers the commands, and the request for tests. Commands run one at a time, so that each has its time. */
export function serveRuns(connection: Connection, workspace: Workspace, capabilities: () => ClientCapabilities): void {
  let before: Promise<unknown> = Promise.resolve()
  // Not `onExecuteCommand`, which hides whether the client has a token for the progress.
  connection.onRequest(ExecuteCommandRequest.type, (params, token) => {
    const next = before.then(() => execute(connection, workspace, capabilities(), params, token))
    before = next.catch(() => {})
    return next
  })
  // The tests of a policy, or of all projects if `uri` is absent. The parameters may be absent too.
  connection.onRequest('iap/tests', (params: { readonly uri?: unknown } | null) => {
    const uri = params?.uri
    return testsIn(workspace, typeof uri === 'string' ? uri : undefined)
  })
}

async function execute(
  connection: Connection,
  workspace: Workspace,
  { window, workspace: refreshing }: ClientCapabilities,
  { command, arguments: [argument] = [], workDoneToken }: ExecuteCommandParams,
  token: CancellationToken,
): Promise<unknown> {
  if (token.isCancellationRequested) throw cancelled()
  const title = COMMAND_TITLES.get(command)
  const canShow = title !== undefined && (workDoneToken !== undefined || window?.workDoneProgress === true)
  const progress = canShow ? new RunProgress(connection, title, workDoneToken) : null
  const isCancelled = () => token.isCancellationRequested || progress?.isCancelled === true
  try {
    const run = new Run({ isCancelled, report: (percent) => progress?.report(percent) })
    return await runCommand(workspace, command, argument, run)
  } catch (error) {
    if (error instanceof CancelledError) throw cancelled()
    throw error instanceof RunError ? new ResponseError(LSPErrorCodes.RequestFailed, error.message) : error
  } finally {
    progress?.done()
    // Lenses show results.
    if (title !== undefined && refreshing?.codeLens?.refreshSupport === true)
      void connection.sendRequest(CodeLensRefreshRequest.type).catch(() => {})
  }
}

function cancelled(): ResponseError<void> {
  return new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled')
}
