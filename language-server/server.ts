import type { Connection, ServerCapabilities } from 'vscode-languageserver'
import {
  type CancellationToken,
  type ClientCapabilities,
  type CodeAction,
  type CodeActionParams,
  type CompletionItem,
  type CompletionList,
  type CompletionParams,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  LSPErrorCodes,
  ResponseError,
  type SemanticTokens,
  type SemanticTokensDelta,
  type SemanticTokensDeltaParams,
  type TextDocumentIdentifier,
  type TextDocumentPositionParams,
  TextDocumentSyncKind,
} from 'vscode-languageserver-protocol'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { resolveRuleTest } from './actions/rule-test.ts'
import { ClientSettings } from './client-settings.ts'
import { configCompletionAt } from './config/completion.ts'
import type { ConfigFile } from './config/config-files.ts'
import { configActionsAt } from './config/diagnostics.ts'
import { configHoverAt } from './config/hover.ts'
import { boundNameAt, configDefinitionAt, configReferencesAt, configRenameAt } from './config/navigation.ts'
import { configFoldingOf, configLinksOf, configSymbolsOf } from './config/structure.ts'
import { codeActionsAt, needsNoWarnings } from './features/code-actions.ts'
import { lensesOf, resolveLens } from './features/code-lenses.ts'
import { completionAt } from './features/completion.ts'
import { linksOf } from './features/document-links.ts'
import { foldingRangesOf } from './features/folding-ranges.ts'
import { formattingOf } from './features/formatting.ts'
import { hoverAt } from './features/hover.ts'
import { inlayHintsIn } from './features/inlay-hints.ts'
import { definitionAt, highlightsAt, referencesAt } from './features/navigation.ts'
import { renameAt, renamedAt } from './features/rename.ts'
import { selectionRangesAt } from './features/selection-ranges.ts'
import { SEMANTIC_TOKENS, SemanticTokensResults, semanticTokensIn } from './features/semantic-tokens.ts'
import { signatureHelpAt } from './features/signature-help.ts'
import { documentSymbolsOf, workspaceSymbolsOf } from './features/symbols.ts'
import { typeDefinitionAt } from './features/type-definition.ts'
import { Publisher } from './publisher.ts'
import { COMMAND_NAMES } from './runs/commands.ts'
import { serveRuns } from './runs/serve-runs.ts'
import { offsetOf, rangeOf } from './text/positions.ts'
import type { PolicyFile, Workspace } from './workspace/workspace.ts'

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

const NO_TOKENS: SemanticTokens = { data: [] }

/** Serves a client: registers all features on a connection, which the caller lets listen. */
export function serve(connection: Connection, workspace: Workspace): Server {
  const documents = new Map<string, TextDocument>()
  const settings = new ClientSettings(connection)
  const tokens = new SemanticTokensResults()
  const publisher = new Publisher(connection, workspace)
  let client: ClientCapabilities = {}
  let hasFolders = false
  let hasWatchers = false
  let hasSnippets = false

  connection.onInitialize(({ workspaceFolders, rootUri, capabilities, initializationOptions: options }: InitializeParams) => {
    const folders = workspaceFolders?.map(({ uri }) => uri) ?? (rootUri === null ? [] : [rootUri])
    for (const uri of folders) workspace.addFolder(uri)
    const names: unknown = options?.configNames
    if (Array.isArray(names)) workspace.configs.names = new Set(['iap.yaml', ...names.map(String)])
    hasFolders = capabilities.workspace?.workspaceFolders === true
    settings.prepare(capabilities)
    client = capabilities
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
    void settings.watch()
    // A client may refuse: then it does not notify of changes on disk.
    if (hasWatchers)
      void connection.client
        .register(DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern: '**/*.{iap,json,yaml,yml}' }] })
        .catch(() => {})
  })

  connection.onDidOpenTextDocument(({ textDocument: { uri, languageId, version, text } }) => {
    documents.set(uri, TextDocument.create(uri, languageId, version, text))
    workspace.setText(uri, text)
    publisher.changed(uri, version)
  })
  connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
    const before = documents.get(uri)
    if (before === undefined) return
    const after = TextDocument.update(before, contentChanges, version)
    documents.set(uri, after)
    workspace.setText(uri, after.getText())
    publisher.changed(uri, version)
  })
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
    documents.delete(uri)
    tokens.forget(uri)
    workspace.setText(uri, null)
    publisher.changed(uri, null)
  })
  const filesChanged = (uris: readonly string[]) => {
    workspace.filesChanged(uris)
    publisher.soon()
  }
  connection.onDidChangeWatchedFiles(({ changes }) => filesChanged(changes.map(({ uri }) => uri)))
  connection.onDidChangeConfiguration(() => void settings.read())
  connection.onShutdown(() => publisher.stop())

  /** Answers about a policy or, with \`inConfig\`, a configuration; with \`nothing\` about any other document. */
  const of = <P extends { readonly textDocument: TextDocumentIdentifier }, R>(
    nothing: R,
    answer: (policy: PolicyFile, params: P) => R,
    inConfig?: (config: ConfigFile, params: P) => R,
  ) => {
    return (params: P, token: CancellationToken): R => {
      if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'the request was cancelled')
      const { uri } = params.textDocument
      const policy = workspace.policyAt(uri)
      if (policy !== null) return answer(policy, params)
      const config = inConfig === undefined ? null : workspace.configAt(uri)
      return config === null || inConfig === undefined ? nothing : inConfig(config, params)
    }
  }
  const at = <P extends TextDocumentPositionParams, R>(
    nothing: R,
    answer: (policy: PolicyFile, offset: number, params: P) => R,
    inConfig?: (config: ConfigFile, offset: number, params: P) => R,
  ) =>
    of<P, R>(
      nothing,
      (policy, params) => answer(policy, offsetOf(policy.source, params.position), params),
      inConfig && ((config, params) => inConfig(config, offsetOf(config.source, params.position), params)),
    )

  connection.onCompletion(
    at<CompletionParams, CompletionItem[] | CompletionList | null>(
      null,
      (policy, offset) => completionAt(policy, offset, hasSnippets),
      (config, offset) => configCompletionAt(workspace, config, offset),
    ),
  )
  connection.onHover(at(null, hoverAt, (config, offset) => configHoverAt(workspace, config, offset)))
  connection.onDefinition(
    at(
      [],
      (policy, offset) => definitionAt(workspace, policy, offset),
      (config, offset) => configDefinitionAt(workspace, config, offset),
    ),
  )
  connection.onTypeDefinition(at([], (policy, offset) => typeDefinitionAt(workspace, policy, offset)))
  connection.onSignatureHelp(at(null, signatureHelpAt))
  connection.onReferences(
    at(
      [],
      (policy, offset, { context }) => referencesAt(workspace, policy, offset, context.includeDeclaration),
      (config, offset, { context }) => configReferencesAt(workspace, config, offset, context.includeDeclaration),
    ),
  )
  connection.onDocumentHighlight(at([], highlightsAt))
  connection.onPrepareRename(
    at(
      null,
      (policy, offset) => {
        const found = renamedAt(policy, offset)
        return typeof found === 'string' ? refuse(found) : rangeOf(found.span)
      },
      (config, offset) => {
        const found = boundNameAt(config, offset)
        return found === null ? null : rangeOf(found.span)
      },
    ),
  )
  connection.onRenameRequest(
    at(
      null,
      (policy, offset, { newName }) => orRefuse(renameAt(workspace, policy, offset, newName)),
      (config, offset, { newName }) => orRefuse(configRenameAt(workspace, config, offset, newName)),
    ),
  )
  connection.onDocumentSymbol(of([], ({ file }) => documentSymbolsOf(file), configSymbolsOf))
  connection.onWorkspaceSymbol(({ query }) => workspaceSymbolsOf(workspace, query))
  connection.onFoldingRanges(of([], ({ file }) => foldingRangesOf(file), configFoldingOf))
  connection.onSelectionRanges(of([], (policy, { positions }) => selectionRangesAt(policy, positions)))
  connection.onDocumentFormatting(of([], formattingOf))
  connection.onDocumentLinks(
    of(
      [],
      (policy) => linksOf(workspace, policy),
      (config) => configLinksOf(workspace, config),
    ),
  )
  connection.onCodeAction(
    of<CodeActionParams, CodeAction[] | Promise<CodeAction[]>>(
      [],
      async (policy, { range, context }) => {
        const isKnown = needsNoWarnings(context) || (await policy.project.lintedInSteps()) !== null
        return isKnown ? codeActionsAt(workspace, policy, range, context) : outdated()
      },
      (config, { range }) => configActionsAt(workspace, config, range),
    ),
  )
  connection.onCodeActionResolve((action) => orRefuse(resolveRuleTest(workspace, action)))
  connection.onCodeLens(of([], (policy, { textDocument }) => lensesOf(policy, textDocument.uri)))
  connection.onCodeLensResolve((lens) => resolveLens(workspace, lens))
  serveRuns(connection, workspace, () => client)
  connection.languages.inlayHint.on(of([], (policy, { range }) => inlayHintsIn(policy, range, settings.inlayHints)))
  connection.languages.semanticTokens.on(of(NO_TOKENS, (policy, { textDocument }) => tokens.full(textDocument.uri, policy)))
  connection.languages.semanticTokens.onDelta(
    of<SemanticTokensDeltaParams, SemanticTokens | SemanticTokensDelta>(NO_TOKENS, (policy, { textDocument, previousResultId }) =>
      tokens.delta(textDocument.uri, policy, previousResultId),
    ),
  )
  connection.languages.semanticTokens.onRange(of(NO_TOKENS, (policy, { range }) => semanticTokensIn(policy, range)))
  return { filesChanged }
}

/** A sentence says why there is no answer. */
function orRefuse<R>(answer: R | string): R {
  return typeof answer === 'string' ? refuse(answer) : answer
}

function outdated(): never {
  throw new ResponseError(LSPErrorCodes.ContentModified, 'the text changed meanwhile')
}

function refuse(why: string): never {
  throw new ResponseError(LSPErrorCodes.RequestFailed, why)
}
