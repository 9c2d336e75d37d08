import type { TokenType } from 'chevrotain'
import type { File, Name } from '../../ast.ts'
import { asKeyword, isIdentifier, type LaidToken } from '../../synchronization-tokens.ts'
import * as kinds from '../../tokens.ts'

/** Keywords of declarations and imports on which rules depend. */
const namesDeclared = new Set<TokenType>([
  ...[kinds.Import, kinds.Type, kinds.Identity, kinds.Role, kinds.Label, kinds.Data, kinds.Def, kinds.Service],
])

/** The names in the unreadable parts of a text. References to them are not reported. */
export class UnreadableNames {
  /** Names of declarations and routes that the tree lacks, at least partly. */
  readonly broken = new Set<string>()
  /** Those of `broken` that can only be names of rules, invariants and fixtures. */
  readonly #rules = new Set<string>()
  /** Words that were skipped: each may have named a declaration. */
  readonly lost = new Set<string>()
  /** Words reported as invalid names, each once. */
  readonly misnamed = new Set<string>()

  /** Records a name whose declaration is missing in the tree, at least partly. */
  breaks(name: Name | null): void {
    if (name === null) return
    this.broken.add(name.text)
    this.#rules.delete(name.text)
  }

  /** Records the name of a rule, an invariant or a fixture that is missing in the tree, at least partly. */
  breaksRule({ text }: Name): void {
    if (!this.broken.has(text)) this.#rules.add(text)
    this.broken.add(text)
  }

  /** Records a skipped word, quoted or not, as a name that the text may have declared or imported. Returns whether it is one. */
  loses({ tokenType, image }: LaidToken): boolean {
    if (isIdentifier(tokenType)) this.lost.add(image)
    else if (tokenType === kinds.Text) this.lost.add(image.slice(1, -1))
    else return false
    return true
  }

  /** Returns the `hidesNames` of a file. A broken rule may have swallowed declarations that follow it. */
  hidesNames({ imports, declarations }: Pick<File, 'imports' | 'declarations'>, tokens: readonly LaidToken[]): boolean {
    if (this.lost.size > 0) return true
    for (const name of this.broken) if (name !== '' && !name.includes('.') && !this.#rules.has(name)) return true
    if (this.#rules.size === 0) return false
    const whole = declarations.filter(({ name }) => name.kind === 'Text' || !this.#rules.has(name.text))
    const spans = [...imports, ...whole].map(({ span }) => span).sort((a, b) => a.start - b.start)
    let next = 0
    return tokens.some((token) => {
      const { first, startOffset } = token
      if (!first || !namesDeclared.has(asKeyword(token) as TokenType)) return false
      let span = spans[next]
      for (; span !== undefined && span.end <= startOffset; span = spans[next]) next++
      return span === undefined || startOffset < span.start
    })
  }
}
