/** The language server on standard input and output, on the local file system. */
import { createConnection, ProposedFeatures, StreamMessageWriter } from 'vscode-languageserver/node.js'
import { serve } from '../server.ts'
import { warnOnce } from '../warn-once.ts'
import { Workspace } from '../workspace/workspace.ts'
import { ClientReader } from './client-reader.ts'
import { NodeFiles } from './node-files.ts'

/**
 * Serves one client until it disconnects, which ends the process.
 *
 * @param pageOf returns the address of the page about a kind of diagnostic
 * @param report is called with a reason for which the connection ends early
 */
export function serveStdio(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  pageOf: (code: string) => string | null,
  report: (reason: string) => void,
): void {
  const connection = createConnection(ProposedFeatures.all, new ClientReader(input, report), new StreamMessageWriter(output))
  const warn = warnOnce(connection)
  serve(connection, new Workspace(new NodeFiles(warn), { pageOf, warn }))
  connection.listen()
}
