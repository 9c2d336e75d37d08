/** The language server on standard input and output, on the local file system. */
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node.js'
import { serve } from '../server.ts'
import { Workspace } from '../workspace/workspace.ts'
import { NodeFiles } from './node-files.ts'

/**
 * Serves one client until it disconnects, which ends the process.
 *
 * @param pageOf returns the address of the page about a kind of diagnostic
 */
export function serveStdio(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  pageOf: (code: string) => string | null,
): void {
  const connection = createConnection(ProposedFeatures.all, input, output)
  serve(connection, new Workspace(new NodeFiles(), pageOf))
  connection.listen()
}
