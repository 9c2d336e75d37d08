/** What the plug-ins of this folder use of markdown-it, which is VitePress's. */
export interface Token {
  readonly type: string
  readonly info: string
  readonly content: string
  readonly children: Token[] | null
  attrGet(name: string): string | null
  attrSet(name: string, value: string): void
}

/** The page that is rendered. `realPath` is missing while the search index is made, and both for a title by itself. */
export interface PageEnvironment {
  readonly path?: string
  readonly realPath?: string
}

type RenderRule = (tokens: Token[], at: number, options: unknown, environment: PageEnvironment, self: unknown) => string

/** A renderer of Markdown. */
export interface MarkdownRenderer {
  readonly core: { readonly ruler: { push(name: string, rule: (state: CoreState) => void): void } }
  readonly renderer: { readonly rules: Record<string, RenderRule | undefined> }
}

/** The tokens of a page, between parser and renderer. */
export interface CoreState {
  readonly tokens: Token[]
  readonly env: PageEnvironment
}
