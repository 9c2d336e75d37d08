/** The extension in a browser: the language server is a web worker. */
import { type ExtensionContext, Uri } from 'vscode'
import { LanguageClient } from 'vscode-languageclient/browser'
import { createExtension } from './extension.ts'

export async function activate(context: ExtensionContext): Promise<void> {
  const url = Uri.joinPath(context.extensionUri, 'language-server.js').toString(true)
  const { restart } = createExtension(context, async (options) => {
    const documentSelector = [{ language: 'iap' }, { language: 'yaml', pattern: '**/iap.yaml' }]
    return new LanguageClient('iap', 'iap', new Worker(url, { name: 'iap' }), { ...options, documentSelector })
  })
  await restart()
}
