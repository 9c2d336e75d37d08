// The page of the run: VS Code's workbench in a browser, with the files of `/files.json` as its workspace and the files of the `.vsix` as an
// extension of the web worker host. `window.workbench` is what the run drives: VS Code's API.
import { initialize } from '@codingame/monaco-vscode-api'
import { ExtensionHostKind, registerExtension } from '@codingame/monaco-vscode-api/extensions'
import configuration, { initUserConfiguration } from '@codingame/monaco-vscode-configuration-service-override'
import dialogs from '@codingame/monaco-vscode-dialogs-service-override'
import explorer from '@codingame/monaco-vscode-explorer-service-override'
import extensions from '@codingame/monaco-vscode-extensions-service-override'
import files, {
  RegisteredFileSystemProvider,
  RegisteredMemoryFile,
  registerFileSystemOverlay,
} from '@codingame/monaco-vscode-files-service-override'
import keybindings from '@codingame/monaco-vscode-keybindings-service-override'
import languages from '@codingame/monaco-vscode-languages-service-override'
import lifecycle from '@codingame/monaco-vscode-lifecycle-service-override'
import log from '@codingame/monaco-vscode-log-service-override'
import markers from '@codingame/monaco-vscode-markers-service-override'
import model from '@codingame/monaco-vscode-model-service-override'
import notifications from '@codingame/monaco-vscode-notifications-service-override'
import output from '@codingame/monaco-vscode-output-service-override'
import quickaccess from '@codingame/monaco-vscode-quickaccess-service-override'
import search from '@codingame/monaco-vscode-search-service-override'
import snippets from '@codingame/monaco-vscode-snippets-service-override'
import storage from '@codingame/monaco-vscode-storage-service-override'
import testing from '@codingame/monaco-vscode-testing-service-override'
import textmate from '@codingame/monaco-vscode-textmate-service-override'
import '@codingame/monaco-vscode-theme-defaults-default-extension'
import theme from '@codingame/monaco-vscode-theme-service-override'
import statusBar from '@codingame/monaco-vscode-view-status-bar-service-override'
import titleBar from '@codingame/monaco-vscode-view-title-bar-service-override'
import workbench from '@codingame/monaco-vscode-workbench-service-override'
import 'vscode/localExtensionHost'
import { Uri } from 'vscode'

/** Vite bundles what `new Worker(new URL(…))` names. The workbench starts the workers itself, and wants their addresses. */
class Worker {
  constructor(url) {
    this.url = url
  }
}

const MODULE = { type: 'module' }
const WORKERS = {
  editorWorkerService: new Worker(new URL('monaco-editor/esm/vs/editor/editor.worker.js', import.meta.url), { type: 'module' }),
  extensionHostWorkerMain: new Worker(new URL('@codingame/monaco-vscode-api/workers/extensionHost.worker', import.meta.url), {
    type: 'module',
  }),
  TextMateWorker: new Worker(new URL('@codingame/monaco-vscode-textmate-service-override/worker', import.meta.url), {
    type: 'module',
  }),
  OutputLinkDetectionWorker: new Worker(new URL('@codingame/monaco-vscode-output-service-override/worker', import.meta.url), {
    type: 'module',
  }),
  LocalFileSearchWorker: new Worker(new URL('@codingame/monaco-vscode-search-service-override/worker', import.meta.url), {
    type: 'module',
  }),
}

window.MonacoEnvironment = {
  getWorkerUrl: (_, label) => WORKERS[label]?.url.toString(),
  getWorkerOptions: () => MODULE,
}

const workspace = await (await fetch('/files.json')).json()
const provider = new RegisteredFileSystemProvider(false)
for (const [path, text] of Object.entries(workspace))
  provider.registerFile(new RegisteredMemoryFile(Uri.file(`/workspace/${path}`), text))
registerFileSystemOverlay(1, provider)

await initUserConfiguration(
  JSON.stringify({
    'editor.minimap.enabled': false,
    'editor.semanticHighlighting.enabled': true,
    'security.workspace.trust.enabled': false,
    'telemetry.telemetryLevel': 'off',
    'window.autoDetectColorScheme': false,
    'workbench.colorTheme': 'Default Light Modern',
  }),
)

const services = [
  ...[configuration(), dialogs(), explorer(), extensions({ enableWorkerExtensionHost: true }), files(), keybindings()],
  ...[languages(), lifecycle(), log(), markers(), model(), notifications(), output(), quickaccess(), search(), snippets()],
  ...[storage(), testing(), textmate(), theme(), statusBar(), titleBar(), workbench()],
]
await initialize(Object.assign({}, ...services), document.body, {
  workspaceProvider: { trusted: true, open: async () => false, workspace: { folderUri: Uri.file('/workspace') } },
})

const { manifest, paths } = await (await fetch('/extension.json')).json()
const extension = registerExtension(manifest, ExtensionHostKind.LocalWebWorker)
for (const path of paths) extension.registerFileUrl(`/${path}`, new URL(`/extension/${path}`, location.href).toString())
const driver = registerExtension(
  { name: 'driver', publisher: 'iap', version: '1.0.0', engines: { vscode: '*' } },
  ExtensionHostKind.LocalProcess,
)
await extension.whenReady()
window.workbench = await driver.getApi()
