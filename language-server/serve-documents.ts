import type { Connection } from 'vscode-languageserver'
import { TextDocument } from 'vscode-languageserver-textdocument'
import type { Publisher } from './publisher.ts'
import type { Workspace } from './workspace/workspace.ts'

/**
 * Keeps the texts of open documents as the client edits them, and publishes their diagnostics.
 *
 * @param closed is called with the URI of each document that is closed
 */
export function serveDocuments(
  connection: Connection,
  workspace: Workspace,
  publisher: Publisher,
  closed: (uri: string) => void,
): void {
  const documents = new Map<string, TextDocument>()
  connection.onDidOpenTextDocument(({ textDocument: { uri, languageId, version, text } }) => {
    documents.set(uri, TextDocument.create(uri, languageId, version, text))
    workspace.setText(uri, text)
    publisher.changed(uri, version)
  })
  connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
    const before = documents.get(uri)
    if (before === undefined) return
    const after = TextDocument.update(before, contentChanges, version)
    documents.set(uri, after)
    workspace.setText(uri, after.getText())
    publisher.changed(uri, version)
  })
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
    documents.delete(uri)
    closed(uri)
    workspace.setText(uri, null)
    publisher.changed(uri, null)
  })
}
