import type { Connection } from 'vscode-languageserver'
import {
  type ClientCapabilities,
  type CodeAction,
  type CodeActionParams,
  type CompletionItem,
  type CompletionList,
  type CompletionParams,
  LSPErrorCodes,
  ResponseError,
  type SemanticTokens,
  type SemanticTokensDelta,
  type SemanticTokensDeltaParams,
} from 'vscode-languageserver-protocol'
import { resolveRuleTest } from './actions/rule-test.ts'
import type { ClientSettings } from './client-settings.ts'
import { configCompletionAt } from './config/completion.ts'
import { configActionsAt } from './config/diagnostics.ts'
import { configHoverAt } from './config/hover.ts'
import { boundNameAt, configDefinitionAt, configReferencesAt, configRenameAt } from './config/navigation.ts'
import { configFoldingOf, configLinksOf, configSymbolsOf } from './config/structure.ts'
import { cancelled, DocumentRequests, orRefuse, refuse } from './document-requests.ts'
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
import { type SemanticTokensResults, semanticTokensIn } from './features/semantic-tokens.ts'
import { signatureHelpAt } from './features/signature-help.ts'
import { documentSymbolsOf, workspaceSymbolsOf } from './features/symbols.ts'
import { typeDefinitionAt } from './features/type-definition.ts'
import { CancelledError } from './runs/run.ts'
import { rangeOf } from './text/positions.ts'
import type { Workspace } from './workspace/workspace.ts'

/** What features know of the client besides its workspace. */
export interface FeatureContext {
  readonly settings: ClientSettings
  readonly tokens: SemanticTokensResults
  /** Returns what the client can do, which is known once it has initialized the server. */
  capabilities(): ClientCapabilities
}

const NO_TOKENS: SemanticTokens = { data: [] }

/** Registers the requests of the features. */
export function serveFeatures(connection: Connection, workspace: Workspace, context: FeatureContext): void {
  const { settings, tokens } = context
  const requests = new DocumentRequests(workspace)
  const hasSnippets = () => context.capabilities().textDocument?.completion?.completionItem?.snippetSupport === true

  connection.onCompletion(
    requests.at<CompletionParams, CompletionItem[] | CompletionList | null>(
      null,
      (policy, offset) => completionAt(policy, offset, hasSnippets()),
      (config, offset) => configCompletionAt(workspace, config, offset),
    ),
  )
  connection.onHover(requests.at(null, hoverAt, (config, offset) => configHoverAt(workspace, config, offset)))
  connection.onDefinition(
    requests.at(
      [],
      (policy, offset) => definitionAt(workspace, policy, offset),
      (config, offset) => configDefinitionAt(workspace, config, offset),
    ),
  )
  connection.onTypeDefinition(requests.at([], (policy, offset) => typeDefinitionAt(workspace, policy, offset)))
  connection.onSignatureHelp(requests.at(null, signatureHelpAt))
  connection.onReferences(
    requests.at(
      [],
      (policy, offset, { context }) => referencesAt(workspace, policy, offset, context.includeDeclaration),
      (config, offset, { context }) => configReferencesAt(workspace, config, offset, context.includeDeclaration),
    ),
  )
  connection.onDocumentHighlight(requests.at([], highlightsAt))
  connection.onPrepareRename(
    requests.at(
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
    requests.at(
      null,
      (policy, offset, { newName }) => orRefuse(renameAt(workspace, policy, offset, newName)),
      (config, offset, { newName }) => orRefuse(configRenameAt(workspace, config, offset, newName)),
    ),
  )
  connection.onDocumentSymbol(requests.about([], ({ file }) => documentSymbolsOf(file), configSymbolsOf))
  connection.onWorkspaceSymbol(({ query }) => workspaceSymbolsOf(workspace, query))
  connection.onFoldingRanges(requests.about([], ({ file }) => foldingRangesOf(file), configFoldingOf))
  connection.onSelectionRanges(requests.about([], (policy, { positions }) => selectionRangesAt(policy, positions)))
  connection.onDocumentFormatting(requests.about([], formattingOf))
  connection.onDocumentLinks(
    requests.about(
      [],
      (policy) => linksOf(workspace, policy),
      (config) => configLinksOf(workspace, config),
    ),
  )
  connection.onCodeAction(
    requests.about<CodeActionParams, CodeAction[] | Promise<CodeAction[]>>(
      [],
      async (policy, { range, context }) => {
        const isKnown = needsNoWarnings(context) || (await policy.project.lintedInSteps()) !== null
        return isKnown ? codeActionsAt(workspace, policy, range, context) : outdated()
      },
      (config, { range }) => configActionsAt(workspace, config, range),
    ),
  )
  connection.onCodeActionResolve(async (action, token) => {
    const isCancelled = () => token.isCancellationRequested
    try {
      return orRefuse(await resolveRuleTest(workspace, action, isCancelled))
    } catch (error) {
      if (!(error instanceof CancelledError)) throw error
      return isCancelled() ? cancelled() : outdated()
    }
  })
  connection.onCodeLens(requests.about([], (policy, { textDocument }) => lensesOf(policy, textDocument.uri)))
  connection.onCodeLensResolve((lens) => resolveLens(workspace, lens))
  connection.languages.inlayHint.on(requests.about([], (policy, { range }) => inlayHintsIn(policy, range, settings.inlayHints)))
  connection.languages.semanticTokens.on(
    requests.about(NO_TOKENS, (policy, { textDocument }) => tokens.full(textDocument.uri, policy)),
  )
  connection.languages.semanticTokens.onDelta(
    requests.about<SemanticTokensDeltaParams, SemanticTokens | SemanticTokensDelta>(
      NO_TOKENS,
      (policy, { textDocument, previousResultId }) => tokens.delta(textDocument.uri, policy, previousResultId),
    ),
  )
  connection.languages.semanticTokens.onRange(requests.about(NO_TOKENS, (policy, { range }) => semanticTokensIn(policy, range)))
}

function outdated(): never {
  throw new ResponseError(LSPErrorCodes.ContentModified, 'the text changed meanwhile')
}
