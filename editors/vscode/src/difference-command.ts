import { commands, ProgressLocation, window, workspace } from 'vscode'
import type { IapProgram } from './find-iap.ts'
import { activePolicy } from './policy-commands.ts'
import { projectFolder } from './project-folder.ts'
import { runIap } from './run-iap.ts'
import type { Views } from './views.ts'

/** Registers `iap.showDifferenceToHead`, which runs `iap diff HEAD`: the language server knows no earlier versions. */
export function registerDifferenceCommand({ command, log, texts }: Views, find: () => IapProgram): void {
  command('iap.showDifferenceToHead', async () => {
    // Git runs programs that the configuration of a repository names.
    if (!workspace.isTrusted) throw new Error('the difference to `HEAD` needs a workspace that you trust')
    const uri = activePolicy()
    if (uri.scheme !== 'file') throw new Error('the policy is not a file on disk')
    const cwd = projectFolder(uri.fsPath, workspace.getWorkspaceFolder(uri)?.uri.fsPath)
    // The command reads files.
    const unsaved = workspace.textDocuments.filter((each) => each.languageId === 'iap' && each.isDirty && !each.isUntitled)
    for (const document of unsaved) await document.save()
    const args = ['diff', 'HEAD', '.', '--budget', workspace.getConfiguration('iap').get('budget', '60s')]
    log.info(`iap ${args.join(' ')} in ${cwd}`)
    const options = { location: ProgressLocation.Notification, title: 'Comparing with HEAD', cancellable: true }
    const result = await window.withProgress(options, (_, token) => runIap(find(), { args, cwd, token }))
    if (result === null) return
    const { code, stdout, stderr } = result
    if (stdout.trim() === '') throw new Error(stderr.trim() || `\`iap diff\` ended with exit code ${code} and no output`)
    await texts.show('Difference to HEAD.txt', stdout)
  })
  // A browser may have a remote machine that runs the extension, so this does not ask where the window is.
  void commands.executeCommand('setContext', 'iap.canCompare', true)
}
