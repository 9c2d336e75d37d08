/** One question to the server as data: documents, a place, and the answer in a form that can be read. */
export interface Case {
  readonly name: string
  /** Texts of open documents by name; one text is that of `own.iap`. `‸` marks the place. */
  readonly texts: string | Readonly<Record<string, string>>
  readonly ask: keyof typeof METHODS
  /** What `write-answer.ts` makes of the answer: a line for each part; null for none. */
  readonly expect: string | null
  /** Of `rename`. */
  readonly newName?: string
  /** Of `workspaceSymbol`. */
  readonly query?: string
  /** Whether some lines of the answer are expected, and others may stand between them. */
  readonly some?: boolean
  /** Lines that the answer must not have. */
  readonly without?: readonly string[]
}

export const METHODS = {
  checked: null,
  linted: null,
  hover: 'textDocument/hover',
  definition: 'textDocument/definition',
  typeDefinition: 'textDocument/typeDefinition',
  references: 'textDocument/references',
  highlight: 'textDocument/documentHighlight',
  prepareRename: 'textDocument/prepareRename',
  rename: 'textDocument/rename',
  symbols: 'textDocument/documentSymbol',
  workspaceSymbol: 'workspace/symbol',
  folding: 'textDocument/foldingRange',
  selection: 'textDocument/selectionRange',
  formatting: 'textDocument/formatting',
  links: 'textDocument/documentLink',
  actions: 'textDocument/codeAction',
  completion: 'textDocument/completion',
  signature: 'textDocument/signatureHelp',
  tokens: 'textDocument/semanticTokens/full',
  hints: 'textDocument/inlayHint',
  lenses: 'textDocument/codeLens',
} as const

/** A file of names for others, and a service with rules on it. */
export const FILES = {
  'shared.iap': `identity staff via oidc {
  sub:    string
  level?: int
}
identity partner via oauth2 { client_id: string }

/// Those who answer for a team.
role lead of staff when has(caller.level) && caller.level >= 3

label public
`,
  'shop.iap': `import { staff, lead, public } from "./shared.iap"

type Order = { id: string, amount: int }

data owners: map<string, string>

def owns(who: string, id: string): bool = id in owners && owners[id] == who

service shop at "shop.example" {
  route list GET "/orders" query { page?: int } is public
  route read GET "/orders/{id}"
  route make POST "/orders" body Order
}
`,
} as const

/** A text that imports all of that. */
export const IMPORTS = `import { staff, partner, lead, public } from "./shared.iap"
import { shop, owns, owners } from "./shop.iap"
`
