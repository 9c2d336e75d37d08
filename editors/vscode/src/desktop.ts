/** The extension on a desktop or a remote machine: the language server is `iap lsp --stdio`. */
import { delimiter } from 'node:path'
import { type ExtensionContext, Uri, workspace } from 'vscode'
import { LanguageClient, TransportKind } from 'vscode-languageclient/node'
import { registerDifferenceCommand } from './difference-command.ts'
import { createExtension, type Extension } from './extension.ts'
import { findIap, type IapProgram } from './find-iap.ts'
import { environment } from './run-iap.ts'

/** Documents of Git and of comparisons have other schemes, and would show each error a second time. */
const DOCUMENTS = ['file', 'untitled'].flatMap((scheme) => [
  { scheme, language: 'iap' },
  { scheme, language: 'yaml', pattern: '**/iap.yaml' },
])

let extension: Extension | undefined

export function activate(context: ExtensionContext): void {
  const find = () => findProgram(Uri.joinPath(context.extensionUri, 'iap.mjs').fsPath)
  const created = createExtension(context, async (options) => {
    const { command, args, origin } = find()
    created.views.log.info(`language server of the ${origin}: ${[command, ...args].join(' ')}`)
    const server = { command, args: [...args, 'lsp'], transport: TransportKind.stdio, options: { env: environment() } }
    return new LanguageClient('iap', 'iap', server, { ...options, documentSelector: DOCUMENTS })
  })
  extension = created
  registerDifferenceCommand(created.views, find)
  context.subscriptions.push(
    workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('iap.path') && created.restart()),
  )
  // Not awaited, as nothing waits for the server but its features. It reports its errors itself.
  void created.restart()
}

/** Resolves when the language server has ended. */
export async function deactivate(): Promise<void> {
  await extension?.stop()
}

function findProgram(bundled: string): IapProgram {
  const folders = workspace.workspaceFolders ?? []
  return findIap({
    setting: workspace.getConfiguration('iap').get('path', ''),
    // Folders of other schemes are not on this machine.
    folders: folders.flatMap(({ uri }) => (uri.scheme === 'file' ? [uri.fsPath] : [])),
    isTrusted: workspace.isTrusted,
    path: (process.env.PATH ?? '').split(delimiter),
    bundled,
    node: process.execPath,
  })
}
