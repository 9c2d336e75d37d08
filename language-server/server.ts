import type { Connection, ServerCapabilities } from 'vscode-languageserver'
import {
  type ClientCapabilities,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  TextDocumentSyncKind,
} from 'vscode-languageserver-protocol'
import { ClientSettings } from './client-settings.ts'
import { SEMANTIC_TOKENS, SemanticTokensResults } from './features/semantic-tokens.ts'
import { Publisher } from './publisher.ts'
import { COMMAND_NAMES } from './runs/commands.ts'
import { serveRuns } from './runs/serve-runs.ts'
import { serveDocuments } from './serve-documents.ts'
import { serveFeatures } from './serve-features.ts'
import type { Workspace } from './workspace/workspace.ts'

const CAPABILITIES: ServerCapabilities = {
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: { includeText: false } },
  hoverProvider: true,
  definitionProvider: true,
  typeDefinitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  renameProvider: { prepareProvider: true },
  documentSymbolProvider: true,
  workspaceSymbolProvider: true,
  foldingRangeProvider: true,
  selectionRangeProvider: true,
  documentFormattingProvider: true,
  documentLinkProvider: {},
  inlayHintProvider: true,
  codeLensProvider: { resolveProvider: true },
  executeCommandProvider: { commands: [...COMMAND_NAMES], workDoneProgress: true },
  semanticTokensProvider: { legend: SEMANTIC_TOKENS, full: { delta: true }, range: true },
  completionProvider: { triggerCharacters: ['.', '"', '/', '@', '{'] },
  signatureHelpProvider: { triggerCharacters: ['(', ','] },
  codeActionProvider: {
    codeActionKinds: ['quickfix', 'refactor.rewrite', 'source.fixAll.iap', 'source.organizeImports'],
    resolveProvider: true,
  },
  workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
}

export interface Server {
  /** Files outside of the editor were written, added or removed. */
  filesChanged(uris: readonly string[]): void
}

/** Serves a client: registers all features on a connection, which the caller lets listen. */
export function serve(connection: Connection, workspace: Workspace): Server {
  const settings = new ClientSettings(connection)
  const tokens = new SemanticTokensResults()
  const publisher = new Publisher(connection, workspace)
  let client: ClientCapabilities = {}

  connection.onInitialize(({ workspaceFolders, rootUri, capabilities, initializationOptions: options }: InitializeParams) => {
    const folders = workspaceFolders?.map(({ uri }) => uri) ?? (rootUri === null ? [] : [rootUri])
    for (const uri of folders) workspace.addFolder(uri)
    const names: unknown = options?.configNames
    if (Array.isArray(names)) workspace.configs.names = new Set(['iap.yaml', ...names.map(String)])
    settings.prepare(capabilities)
    client = capabilities
    return { capabilities: CAPABILITIES, serverInfo: { name: 'iap' } }
  })
  connection.onInitialized(() => {
    if (client.workspace?.workspaceFolders === true)
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        for (const { uri } of added) workspace.addFolder(uri)
        for (const { uri } of removed) workspace.removeFolder(uri)
        publisher.soon()
      })
    void settings.watch()
    // A client may refuse: then it does not notify of changes on disk.
    if (client.workspace?.didChangeWatchedFiles?.dynamicRegistration === true)
      void connection.client
        .register(DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern: '**/*.{iap,json,yaml,yml}' }] })
        .catch(() => {})
  })

  const filesChanged = (uris: readonly string[]) => {
    workspace.filesChanged(uris)
    publisher.soon()
  }
  connection.onDidChangeWatchedFiles(({ changes }) => filesChanged(changes.map(({ uri }) => uri)))
  connection.onDidChangeConfiguration(() => void settings.read())
  connection.onShutdown(() => publisher.stop())
  serveDocuments(connection, workspace, publisher, (uri) => tokens.forget(uri))
  serveFeatures(connection, workspace, { settings, tokens, capabilities: () => client })
  serveRuns(connection, workspace, () => client)
  return { filesChanged }
}
