import type { Connection, ServerCapabilities } from 'vscode-languageserver'
import {
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  LSPErrorCodes,
  ResponseError,
  type TextDocumentIdentifier,
  type TextDocumentPositionParams,
  TextDocumentSyncKind,
} from 'vscode-languageserver-protocol'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { resolveRuleTest } from './actions/rule-test.ts'
import { codeActionsAt } from './features/code-actions.ts'
import { completionAt } from './features/completion.ts'
import { hoverAt } from './features/hover.ts'
import { definitionAt, highlightsAt, referencesAt } from './features/navigation.ts'
import { renameAt, renamedAt } from './features/rename.ts'
import { signatureHelpAt } from './features/signature-help.ts'
import { foldingRangesOf, formattingOf, linksOf, selectionRangesAt } from './features/structure.ts'
import { documentSymbolsOf, workspaceSymbolsOf } from './features/symbols.ts'
import { Publisher } from './publisher.ts'
import { offsetOf, rangeOf } from './text/positions.ts'
import type { PolicyFile, Workspace } from './workspace/workspace.ts'

const CAPABILITIES: ServerCapabilities = {
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: { includeText: false } },
  hoverProvider: true,
  definitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  renameProvider: { prepareProvider: true },
  documentSymbolProvider: true,
  workspaceSymbolProvider: true,
  foldingRangeProvider: true,
  selectionRangeProvider: true,
  documentFormattingProvider: true,
  documentLinkProvider: {},
  completionProvider: { triggerCharacters: ['.', '"', '/', '@', '{'] },
  signatureHelpProvider: { triggerCharacters: ['(', ','] },
  codeActionProvider: {
    codeActionKinds: ['quickfix', 'refactor.rewrite', 'source.fixAll.iap', 'source.organizeImports'],
    resolveProvider: true,
  },
  workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
}

/** Serves a client: registers all features on a connection, which the caller lets listen. */
export function serve(connection: Connection, workspace: Workspace): void {
  const documents = new Map<string, TextDocument>()
  const publisher = new Publisher(connection, workspace)
  let hasFolders = false
  let hasWatchers = false
  let hasSnippets = false

  connection.onInitialize(({ workspaceFolders, rootUri, capabilities }: InitializeParams) => {
    const folders = workspaceFolders?.map(({ uri }) => uri) ?? (rootUri === null ? [] : [rootUri])
    for (const uri of folders) workspace.addFolder(uri)
    hasFolders = capabilities.workspace?.workspaceFolders === true
    hasWatchers = capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true
    hasSnippets = capabilities.textDocument?.completion?.completionItem?.snippetSupport === true
    return { capabilities: CAPABILITIES, serverInfo: { name: 'iap' } }
  })
  connection.onInitialized(() => {
    if (hasFolders)
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        for (const { uri } of added) workspace.addFolder(uri)
        for (const { uri } of removed) workspace.removeFolder(uri)
        publisher.soon()
      })
    if (hasWatchers)
      void connection.client.register(DidChangeWatchedFilesNotification.type, {
        watchers: [{ globPattern: '**/*.{iap,json,yaml,yml}' }],
      })
  })

  connection.onDidOpenTextDocument(({ textDocument: { uri, languageId, version, text } }) => {
    documents.set(uri, TextDocument.create(uri, languageId, version, text))
    workspace.setText(uri, text)
    publisher.soon()
  })
  connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
    const before = documents.get(uri)
    if (before === undefined) return
    const after = TextDocument.update(before, contentChanges, version)
    documents.set(uri, after)
    workspace.setText(uri, after.getText())
    publisher.soon()
  })
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
    documents.delete(uri)
    workspace.setText(uri, null)
    publisher.soon()
  })
  connection.onDidChangeWatchedFiles(({ changes }) => {
    workspace.filesChanged(changes.map(({ uri }) => uri))
    publisher.soon()
  })
  connection.onShutdown(() => publisher.stop())

  /** Answers with `nothing` for a document that is no policy. */
  const of = <P extends { readonly textDocument: TextDocumentIdentifier }, R>(
    nothing: R,
    answer: (policy: PolicyFile, params: P) => R,
  ) => {
    return (params: P): R => {
      const policy = workspace.policyAt(params.textDocument.uri)
      return policy === null ? nothing : answer(policy, params)
    }
  }
  const at = <P extends TextDocumentPositionParams, R>(
    nothing: R,
    answer: (policy: PolicyFile, offset: number, params: P) => R,
  ) => of<P, R>(nothing, (policy, params) => answer(policy, offsetOf(policy.source, params.position), params))

  connection.onHover(at(null, hoverAt))
  connection.onCompletion(at(null, (policy, offset) => completionAt(policy, offset, hasSnippets)))
  connection.onSignatureHelp(at(null, signatureHelpAt))
  connection.onDefinition(at([], (policy, offset) => definitionAt(workspace, policy, offset)))
  connection.onReferences(
    at([], (policy, offset, { context }) => referencesAt(workspace, policy, offset, context.includeDeclaration)),
  )
  connection.onDocumentHighlight(at([], highlightsAt))
  connection.onPrepareRename(
    at(null, (policy, offset) => {
      const found = renamedAt(policy, offset)
      return typeof found === 'string' ? refuse(found) : rangeOf(found.span)
    }),
  )
  connection.onRenameRequest(
    at(null, (policy, offset, { newName }) => {
      const edit = renameAt(workspace, policy, offset, newName)
      return typeof edit === 'string' ? refuse(edit) : edit
    }),
  )
  connection.onDocumentSymbol(of([], ({ file }) => documentSymbolsOf(file)))
  connection.onWorkspaceSymbol(({ query }) => workspaceSymbolsOf(workspace, query))
  connection.onFoldingRanges(of([], ({ file }) => foldingRangesOf(file)))
  connection.onSelectionRanges(of([], (policy, { positions }) => selectionRangesAt(policy, positions)))
  connection.onDocumentFormatting(of([], formattingOf))
  connection.onDocumentLinks(of([], (policy) => linksOf(workspace, policy)))
  connection.onCodeAction(of([], (policy, { range, context }) => codeActionsAt(workspace, policy, range, context)))
  connection.onCodeActionResolve((action) => {
    const resolved = resolveRuleTest(workspace, action)
    return typeof resolved === 'string' ? refuse(resolved) : resolved
  })
}

function refuse(why: string): never {
  throw new ResponseError(LSPErrorCodes.RequestFailed, why)
}
