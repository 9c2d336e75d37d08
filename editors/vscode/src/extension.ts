import { commands, type ExtensionContext, type LogOutputChannel, window, workspace } from 'vscode'
import {
  type BaseLanguageClient,
  ExecuteCommandRequest,
  type LanguageClientOptions,
  RevealOutputChannelOn,
} from 'vscode-languageclient'
import { PageView } from './page-view.ts'
import { EMITTED_JAVASCRIPT, type NamedDeclaration, type PageResult, RUN_TEST, type TextResult } from './protocol.ts'
import { Server } from './server.ts'
import { TestExplorer } from './test-explorer.ts'
import { TextViews } from './text-views.ts'

/** What the desktop and the browser have in common. */
export interface Extension {
  readonly log: LogOutputChannel
  readonly texts: TextViews
  readonly pages: PageView
  /** Registers a command whose error is shown to the user. */
  command(name: string, run: () => Promise<void>): void
  /** Starts the language server anew. An error is shown to the user. */
  restart(): Promise<void>
  /** Resolves when the language server has stopped. */
  stop(): Promise<void>
}

/** Returns a client of the language server, which is not started. */
export type CreateClient = (options: LanguageClientOptions) => Promise<BaseLanguageClient>

/** Registers the views and commands of the extension. The language server starts with the first call of `restart`. */
export function createExtension(context: ExtensionContext, createClient: CreateClient): Extension {
  const log = window.createOutputChannel('iap', { log: true })
  const [texts, pages] = [new TextViews(), new PageView()]
  const shown = (error: unknown) => showError(log, error)
  const server = new Server((watch) => createClient({ ...options, ...watch }), log, shown)
  const explorer = new TestExplorer(
    () => server.client,
    (message) => log.warn(message),
  )
  const options: LanguageClientOptions = {
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    middleware: {
      // A code lens runs a command of the server. Its result belongs on the screen.
      executeCommand: async (command, args, next) => {
        if (command === RUN_TEST) return await explorer.runTest(args[0] as NamedDeclaration)
        const result = (await next(command, args)) as Partial<TextResult & PageResult> | null | undefined
        if (typeof result?.html === 'string') pages.show('Access matrix', result.html)
        else if (typeof result?.text === 'string') await texts.show('Result.txt', result.text)
        return result
      },
    },
  }
  const command = (name: string, run: () => Promise<void>) => {
    const reported = async () => await run().catch(shown)
    context.subscriptions.push(commands.registerCommand(name, reported))
  }
  const restart = async () => {
    try {
      await server.restart()
      await explorer.refresh()
    } catch (error) {
      shown(error)
    }
  }
  context.subscriptions.push(log, texts, pages, explorer)
  context.subscriptions.push(workspace.onDidGrantWorkspaceTrust(restart))
  command('iap.restartServer', restart)
  command('iap.showLog', async () => log.show())
  command('iap.showEmittedJavaScript', async () => showEmittedJavaScript(server.client, texts))
  void commands.executeCommand('setContext', 'iap.active', true)
  return { log, texts, pages, command, restart, stop: () => server.stop() }
}

async function showEmittedJavaScript(client: BaseLanguageClient, texts: TextViews): Promise<void> {
  const document = window.activeTextEditor?.document
  if (document?.languageId !== 'iap') throw new Error('open a policy first')
  const uri = client.code2ProtocolConverter.asUri(document.uri)
  const { text }: TextResult = await client.sendRequest(ExecuteCommandRequest.type, {
    command: EMITTED_JAVASCRIPT,
    arguments: [{ uri }],
  })
  await texts.show(`${document.uri.path.split('/').at(-1)}.js`, text)
}

/** Shows an error, with a button for the log. Does not wait for the user. */
function showError(log: LogOutputChannel, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error)
  log.error(message)
  void window.showErrorMessage(`iap: ${message}`, 'Show Log').then((chosen) => chosen !== undefined && log.show())
}
