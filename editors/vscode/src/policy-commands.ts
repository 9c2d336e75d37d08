import { ProgressLocation, type Uri, window } from 'vscode'
import type { BaseLanguageClient } from 'vscode-languageclient'
import { execute } from './protocol.ts'
import type { Views } from './views.ts'

const EXAMPLE = '{"method":"GET","url":"https://orders.example/orders/7","caller":{"identity":"staff","claims":{"sub":"ann"}}}'

/** Registers the commands about the active policy that the language server carries out, on unsaved text too. */
export function registerPolicyCommands({ command, texts, pages }: Views, client: () => BaseLanguageClient): void {
  // Requests may hold tokens and claims, so the last one is kept in memory alone.
  let lastRequest = EXAMPLE

  command('iap.previewMatrix', async () => {
    const uri = activePolicy()
    const options = { location: ProgressLocation.Notification, title: 'Computing the access matrix', cancellable: true }
    const found = await window.withProgress(options, async (_, token) => {
      const matrix = execute(client(), 'iap.matrix', { uri: uri.toString() }, token)
      return await matrix.catch((error: unknown) => (token.isCancellationRequested ? null : Promise.reject(error)))
    })
    if (found !== null) pages.show('Access matrix', found.html)
  })

  command('iap.decideRequest', async () => {
    const uri = activePolicy()
    const request = await window.showInputBox({
      title: 'Decide a request',
      prompt: 'The request as JSON, as `iap eval` reads it',
      value: lastRequest,
      ignoreFocusOut: true,
      validateInput: problemOf,
    })
    if (request === undefined) return
    lastRequest = request
    const { text } = await execute(client(), 'iap.decide', { uri: uri.toString(), request })
    await texts.show('Decision.txt', text)
  })

  command('iap.showEmittedJavaScript', async () => {
    const uri = activePolicy()
    const { text } = await execute(client(), 'iap.emittedJavaScript', { uri: uri.toString() })
    await texts.show(`${uri.path.split('/').at(-1)}.js`, text)
  })
}

/** Returns the policy in the active editor. @throws Error if there is none */
export function activePolicy(): Uri {
  const document = window.activeTextEditor?.document
  const visible = window.visibleTextEditors.map((editor) => editor.document).find(({ languageId }) => languageId === 'iap')
  const policy = document?.languageId === 'iap' ? document : visible
  if (policy === undefined) throw new Error('open a policy first')
  return policy.uri
}

/** Returns what is wrong with the text of a request; undefined if it is a JSON object. */
function problemOf(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? undefined : 'Expected a JSON object'
  } catch (error) {
    return (error as Error).message
  }
}
