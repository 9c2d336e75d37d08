import { commands, type ExtensionContext, workspace } from 'vscode'
import { type BaseLanguageClient, type LanguageClientOptions, RevealOutputChannelOn } from 'vscode-languageclient'
import { registerPolicyCommands } from './policy-commands.ts'
import type { CommandArgument } from './protocol.ts'
import { Server } from './server.ts'
import { TestExplorer } from './test-explorer.ts'
import { createViews, type Views } from './views.ts'

/** What the desktop and the browser have in common. */
export interface Extension {
  readonly views: Views
  /** Starts the language server anew. An error is shown to the user. */
  restart(): Promise<void>
  /** Resolves when the language server has stopped. */
  stop(): Promise<void>
}

/** Returns a client of the language server, which is not started. */
export type CreateClient = (options: LanguageClientOptions) => Promise<BaseLanguageClient>

/**
 * Registers the views and commands of the extension. The language server starts with the first call of `restart`.
 *
 * @param prepare is called with the client of a server that has just started
 */
export function createExtension(
  context: ExtensionContext,
  createClient: CreateClient,
  prepare: (client: BaseLanguageClient) => Promise<void> = async () => {},
): Extension {
  const views = createViews(context)
  const { log, command, report } = views
  const server = new Server((watch) => createClient({ ...options, ...watch }), log, report)
  const client = () => server.client
  const explorer = new TestExplorer(client, (message) => log.warn(message))
  const options: LanguageClientOptions = {
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    middleware: {
      // Code lenses run commands of the server. Results of tests belong into the Test Explorer; the lenses show the others.
      executeCommand: async (name, args, next) => {
        try {
          if (name !== 'iap.runTest' && name !== 'iap.runTests') return await next(name, args)
          return await explorer.runTests(args[0] as CommandArgument)
        } catch (error) {
          report(error)
        }
      },
    },
  }
  const restart = async () => {
    try {
      await server.restart()
      await prepare(server.client)
      await explorer.refresh()
    } catch (error) {
      report(error)
    }
  }
  context.subscriptions.push(explorer, workspace.onDidGrantWorkspaceTrust(restart))
  command('iap.restartServer', restart)
  command('iap.showLog', async () => log.show())
  registerPolicyCommands(views, client)
  void commands.executeCommand('setContext', 'iap.active', true)
  return { views, restart, stop: () => server.stop() }
}
