/** The extension in a browser: the language server is a web worker. */
import { type ExtensionContext, Uri } from 'vscode'
import { LanguageClient } from 'vscode-languageclient/browser'
import { type CreateClient, createExtension, type Extension } from './extension.ts'
import { WorkspaceFiles } from './workspace-files.ts'

const DOCUMENTS = [{ language: 'iap' }, { language: 'yaml', pattern: '**/iap.yaml' }]

let extension: Extension | undefined
let worker: Worker | undefined

export function activate(context: ExtensionContext): void {
  const url = Uri.joinPath(context.extensionUri, 'language-server.worker.js').toString(true)
  const files = new WorkspaceFiles((message) => created.views.log.warn(message))
  context.subscriptions.push(files)
  const createClient: CreateClient = async (options) => {
    worker?.terminate()
    worker = new Worker(url, { name: 'iap' })
    worker.addEventListener('error', ({ message }) => created.views.log.error(`the language server failed: ${message}`))
    return new LanguageClient('iap', 'iap', worker, { ...options, documentSelector: DOCUMENTS })
  }
  const created = createExtension(context, createClient, (client) => files.sendTo(client))
  extension = created
  // Not awaited, as nothing waits for the server but its features. It reports its errors itself.
  void created.restart()
}

/** Resolves when the language server has ended. */
export async function deactivate(): Promise<void> {
  await extension?.stop()
  worker?.terminate()
}
