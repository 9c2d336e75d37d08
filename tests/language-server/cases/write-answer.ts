/** Writes answers of the server as lines of text, in the words of the documents that they are about. */
import type {
  CodeAction,
  CodeLens,
  CompletionItem,
  CompletionList,
  Diagnostic,
  DocumentHighlight,
  DocumentLink,
  DocumentSymbol,
  FoldingRange,
  Hover,
  InlayHint,
  Location,
  MarkupContent,
  Range,
  SelectionRange,
  SemanticTokens,
  ServerCapabilities,
  SignatureHelp,
  TextEdit,
  WorkspaceEdit,
  WorkspaceSymbol,
} from 'vscode-languageserver-protocol'
import { TextDocument } from 'vscode-languageserver-textdocument'

/** The documents of a case, and what the server said of itself. */
export interface Written {
  readonly documents: ReadonlyMap<string, TextDocument>
  /** URI of the document with the place. */
  readonly uri: string
  /** Returns the name of a document by its URI. */
  nameOf(uri: string): string
  readonly capabilities: ServerCapabilities
}

type Writers = Readonly<Record<string, (answer: never, written: Written) => string>>

const WRITERS = {
  checked: (found: Diagnostic[], written) => lines(found.map((one) => writeDiagnostic(one, written))),
  linted: (found: Diagnostic[], written) => lines(found.map((one) => writeDiagnostic(one, written))),
  hover: ({ contents, range }: Hover, written) => {
    const value = (contents as MarkupContent).value.replace(/^(`{3,})iap\n(.*?)\n\1$/gms, '$2')
    return `«${textAt(written, written.uri, range as Range)}»\n${value}`
  },
  definition: writeLocations,
  typeDefinition: writeLocations,
  references: writeLocations,
  highlight: (found: DocumentHighlight[], written) =>
    lines(found.map(({ range, kind }) => `${place(written, written.uri, range)} ${kind === 3 ? 'written' : 'read'}`)),
  prepareRename: (range: Range, written) => place(written, written.uri, range),
  rename: writeEdit,
  symbols: (found: DocumentSymbol[], written) => lines(found.map((one) => writeSymbol(one, written, ''))),
  workspaceSymbol: (found: WorkspaceSymbol[], { nameOf }) =>
    lines(found.map(({ name, containerName, location: { uri } }) => `${name} in ${containerName} (${nameOf(uri)})`)),
  folding: (found: FoldingRange[]) =>
    lines(found.map(({ startLine, endLine, kind }) => `${startLine + 1}-${endLine + 1}${kind === undefined ? '' : ` ${kind}`}`)),
  selection: ([first]: SelectionRange[], written) => {
    const found: string[] = []
    for (let one = first; one !== undefined; one = one.parent) found.push(JSON.stringify(textAt(written, written.uri, one.range)))
    return lines(found)
  },
  formatting: (edits: TextEdit[], { documents, uri }) => TextDocument.applyEdits(documents.get(uri) as TextDocument, edits),
  links: (found: DocumentLink[], written) =>
    lines(found.map(({ range, target = '' }) => `${textAt(written, written.uri, range)} → ${written.nameOf(target)}`)),
  actions: (found: CodeAction[], written) =>
    lines(found.map(({ title, edit }) => `${title}\n${edit === undefined ? '' : writeEdit(edit, written)}`)),
  completion: (found: CompletionItem[] | CompletionList) =>
    lines((Array.isArray(found) ? found : found.items).map(({ label }) => label)),
  signature: ({ signatures, activeParameter }: SignatureHelp) =>
    lines(signatures.map(({ label }) => `${label} ${activeParameter}`)),
  hints: (found: InlayHint[]) =>
    lines(
      found.map(({ position: { line, character }, label }) => {
        const text = typeof label === 'string' ? label : label.map(({ value }) => value).join('')
        return `${line + 1}:${character + 1} ${text}`
      }),
    ),
  lenses: (found: CodeLens[]) => lines(found.map(({ range, command }) => `${range.start.line + 1} ${command?.title ?? ''}`)),
  tokens: writeTokens,
} satisfies Writers

/** Returns an answer as text; null for none. */
export function writeAnswer(ask: keyof typeof WRITERS, answer: unknown, written: Written): string | null {
  if (answer === null || (Array.isArray(answer) && answer.length === 0)) return null
  return (WRITERS[ask] as (answer: unknown, written: Written) => string)(answer, written)
}

function lines(texts: readonly string[]): string {
  return texts.join('\n')
}

function writeLocations(found: Location[], written: Written): string {
  return lines(found.map(({ uri, range }) => place(written, uri, range)))
}

function place(written: Written, uri: string, range: Range): string {
  const { line, character } = range.start
  return `${written.nameOf(uri)}:${line + 1}:${character + 1} ${textAt(written, uri, range)}`.trimEnd()
}

function textAt({ documents }: Written, uri: string, range: Range): string {
  return documents.get(uri)?.getText(range) ?? ''
}

function writeDiagnostic({ range, severity, code, message, relatedInformation = [] }: Diagnostic, written: Written): string {
  const kind = severity === 1 ? 'error' : 'warning'
  const related = relatedInformation.map(({ location: { uri, range }, message }) => `  ${message}: ${place(written, uri, range)}`)
  return lines([`${place(written, written.uri, range)}`, `  ${kind} ${code} ${message.replaceAll('\n', '\n  ')}`, ...related])
}

function writeEdit({ changes = {} }: WorkspaceEdit, written: Written): string {
  return lines(
    Object.entries(changes).flatMap(([uri, edits]) =>
      edits.map(({ range, newText }) => `${place(written, uri, range)} → ${newText.replaceAll('\n', '⏎')}`),
    ),
  )
}

function writeSymbol({ name, detail, selectionRange, children = [] }: DocumentSymbol, written: Written, indent: string): string {
  const text = textAt(written, written.uri, selectionRange)
  const own = `${indent}${detail === undefined ? '' : `${detail} `}${name}${text === name ? '' : ` at ${text}`}`
  return lines([own, ...children.map((one) => writeSymbol(one, written, `${indent}  `))])
}

function writeTokens({ data }: SemanticTokens, { documents, uri, capabilities }: Written): string {
  const document = documents.get(uri) as TextDocument
  const legend = capabilities.semanticTokensProvider?.legend.tokenTypes ?? []
  const found: string[] = []
  let [line, character] = [0, 0]
  for (let at = 0; at < data.length; at += 5) {
    const [down = 0, right = 0, length = 0, type = 0] = data.slice(at, at + 4)
    line += down
    character = down === 0 ? character + right : right
    const start = document.offsetAt({ line, character })
    found.push(`${document.getText().slice(start, start + length)} ${legend[type]}`)
  }
  return lines(found)
}
