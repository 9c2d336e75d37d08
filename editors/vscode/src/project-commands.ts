import { commands, ProgressLocation, window, workspace } from 'vscode'
import type { Extension } from './extension.ts'
import type { IapProgram } from './find-iap.ts'
import { projectFolder } from './project-folder.ts'
import { type IapResult, runIap } from './run-iap.ts'

const EXAMPLE = '{"method":"GET","url":"https://orders.example/orders/7","caller":{"identity":"staff","claims":{"sub":"ann"}}}'

/** Registers the commands that run `iap` on the project of the active policy. */
export function registerProjectCommands({ command, log, texts, pages }: Extension, find: () => IapProgram): void {
  // Requests may hold tokens and claims, so the last one is kept in memory alone.
  let lastRequest = EXAMPLE

  command('iap.previewMatrix', async () => {
    const result = await run('Computing the access matrix', ['matrix', '.', '--format', 'html', ...budget()])
    if (result !== null) pages.show('Access matrix', outputOf('matrix', result))
  })

  command('iap.showDifferenceToHead', async () => {
    const result = await run('Comparing with HEAD', ['diff', 'HEAD', '.', ...budget()])
    if (result !== null) await texts.show('Difference to HEAD.txt', outputOf('diff', result))
  })

  command('iap.decideRequest', async () => {
    const request = await window.showInputBox({
      title: 'Decide a request',
      prompt: 'The request as JSON, as `iap eval` reads it',
      value: lastRequest,
      ignoreFocusOut: true,
      validateInput: problemOf,
    })
    if (request === undefined) return
    lastRequest = request
    const oneLine = JSON.stringify(JSON.parse(request))
    const result = await run('Deciding', ['explain', '.'], `${oneLine}\n`)
    if (result !== null) await texts.show('Decision.txt', outputOf('explain', result))
  })

  // A browser may have a remote machine that runs the extension, so the commands do not ask where the window is.
  void commands.executeCommand('setContext', 'iap.canRunCommands', true)

  /** Runs `iap` in the folder of the project, after saving its policies. Returns null if the user cancelled. */
  async function run(title: string, args: readonly string[], input = ''): Promise<IapResult | null> {
    const cwd = activeProject()
    const unsaved = workspace.textDocuments.filter((each) => each.languageId === 'iap' && each.isDirty && !each.isUntitled)
    for (const document of unsaved) await document.save()
    const options = { location: ProgressLocation.Notification, title, cancellable: true }
    log.info(`iap ${args.join(' ')} in ${cwd}`)
    return await window.withProgress(options, (_, token) => runIap(find(), { args, cwd, token, input }))
  }
}

function budget(): readonly string[] {
  return ['--budget', workspace.getConfiguration('iap').get('budget', '60s')]
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

/** Folder of the project of the active policy; else of the first workspace folder. @throws Error if there is neither */
function activeProject(): string {
  const uri = window.activeTextEditor?.document.uri
  if (uri?.scheme === 'file') return projectFolder(uri.fsPath, workspace.getWorkspaceFolder(uri)?.uri.fsPath)
  const [first] = workspace.workspaceFolders ?? []
  if (first?.uri.scheme !== 'file') throw new Error('open a policy or a folder with policies first')
  return first.uri.fsPath
}

/** Returns standard output. @throws Error with the messages of the command if it has none */
function outputOf(name: string, { code, stdout, stderr }: IapResult): string {
  if (stdout.trim() !== '') return stdout
  throw new Error(stderr.trim() || `\`iap ${name}\` ended with exit code ${code} and no output`)
}
