/** What an editor asks of a place, feature by feature: all that the server says it can. */
import type { Position, ServerCapabilities } from 'vscode-languageserver-protocol'

export interface Question {
  readonly method: string
  readonly params: object
}

type Params = (uri: string, position: Position) => object

const options = { tabSize: 2, insertSpaces: true }
const textDocument = (uri: string) => ({ textDocument: { uri } })
const atPlace: Params = (uri, position) => ({ ...textDocument(uri), position })
const ofDocument: Params = (uri) => textDocument(uri)
const ofRange: Params = (uri, position) => ({
  ...textDocument(uri),
  range: { start: { line: Math.max(0, position.line - 5), character: 0 }, end: position },
})

const QUESTIONS: readonly (readonly [keyof ServerCapabilities, string, Params])[] = [
  ['hoverProvider', 'textDocument/hover', atPlace],
  ['completionProvider', 'textDocument/completion', atPlace],
  ['signatureHelpProvider', 'textDocument/signatureHelp', atPlace],
  ['definitionProvider', 'textDocument/definition', atPlace],
  ['typeDefinitionProvider', 'textDocument/typeDefinition', atPlace],
  ['referencesProvider', 'textDocument/references', (...at) => ({ ...atPlace(...at), context: { includeDeclaration: true } })],
  ['documentHighlightProvider', 'textDocument/documentHighlight', atPlace],
  ['documentSymbolProvider', 'textDocument/documentSymbol', ofDocument],
  ['workspaceSymbolProvider', 'workspace/symbol', () => ({ query: 'or' })],
  ['foldingRangeProvider', 'textDocument/foldingRange', ofDocument],
  ['selectionRangeProvider', 'textDocument/selectionRange', (uri, position) => ({ ...textDocument(uri), positions: [position] })],
  ['documentFormattingProvider', 'textDocument/formatting', (uri) => ({ ...textDocument(uri), options })],
  ['documentLinkProvider', 'textDocument/documentLink', ofDocument],
  ['codeActionProvider', 'textDocument/codeAction', (...at) => ({ ...ofRange(...at), context: { diagnostics: [] } })],
  ['codeLensProvider', 'textDocument/codeLens', ofDocument],
  ['inlayHintProvider', 'textDocument/inlayHint', ofRange],
  ['semanticTokensProvider', 'textDocument/semanticTokens/full', ofDocument],
  ['semanticTokensProvider', 'textDocument/semanticTokens/range', ofRange],
  ['renameProvider', 'textDocument/rename', (...at) => ({ ...atPlace(...at), newName: 'another' })],
]

/** Returns the questions about a place that a server with these capabilities answers. */
export function questionsAt(capabilities: ServerCapabilities, uri: string, position: Position): readonly Question[] {
  return QUESTIONS.filter(([capability, method]) => isOffered(capabilities, capability, method)).map(([, method, params]) => ({
    method,
    params: params(uri, position),
  }))
}

function isOffered(capabilities: ServerCapabilities, capability: keyof ServerCapabilities, method: string): boolean {
  const offered = capabilities[capability]
  if (capability !== 'semanticTokensProvider') return Boolean(offered)
  const kind = method.endsWith('range') ? 'range' : 'full'
  return Boolean((offered as { readonly full?: unknown; readonly range?: unknown } | undefined)?.[kind])
}
