/**
 * The language server as a web worker. There are no files: the client sends their texts as notifications
 * `iap/files` with `{ files: [{ uri, text }] }`, in which the text is null for a file that was removed.
 */
import { BrowserMessageReader, BrowserMessageWriter, createConnection } from 'vscode-languageserver/browser.js'
import { serve } from '../server.ts'
import { warnOnce } from '../warn-once.ts'
import { pathOf, TextFiles } from '../workspace/files.ts'
import { Workspace } from '../workspace/workspace.ts'

const connection = createConnection(new BrowserMessageReader(self), new BrowserMessageWriter(self))
const files = new TextFiles()
const server = serve(connection, new Workspace(files, { warn: warnOnce(connection) }))

connection.onNotification('iap/files', (params: unknown) => {
  const changed = sentFiles(params).filter(({ path, text }) => files.read(path) !== text)
  for (const { path, text } of changed) files.set(path, text)
  server.filesChanged(changed.map(({ uri }) => uri))
})
connection.listen()

interface SentFile {
  readonly uri: string
  readonly path: string
  readonly text: string | null
}

/** Returns the files of a notification; what has another form is left out. */
function sentFiles(params: unknown): readonly SentFile[] {
  const list: unknown = (params as { readonly files?: unknown } | null)?.files
  if (!Array.isArray(list)) return []
  return list.flatMap((one: { readonly uri?: unknown; readonly text?: unknown } | null) => {
    const { uri, text } = one ?? {}
    const path = typeof uri === 'string' ? pathOf(uri) : null
    if (typeof uri !== 'string' || path === null || (typeof text !== 'string' && text !== null)) return []
    return [{ uri, path, text }]
  })
}
