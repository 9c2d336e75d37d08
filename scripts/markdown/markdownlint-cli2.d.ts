/** The part of markdownlint-cli2 that `lint-markdown.ts` uses; the package has no types. */
declare module 'markdownlint-cli2' {
  import type { Rule } from 'markdownlint'

  /** A breach of a rule. */
  interface LintResult {
    /** From the folder that was checked, with `/`. */
    readonly fileName: string
    /** Counted from 1. */
    readonly lineNumber: number
    /** The code of the rule (`MD013`) first, then its other names. */
    readonly ruleNames: readonly [code: string, ...names: string[]]
    readonly ruleDescription: string
    readonly errorDetail: string | null
    /** Column, counted from 1, and length. */
    readonly errorRange: readonly [column: number, length: number] | null
  }

  type Formatter = (options: { readonly results: readonly LintResult[] }) => void

  /** Returns the exit code: 0 without breaches, 1 with some, 2 if the check failed. */
  export function main(options: {
    readonly directory: string
    readonly argv: readonly string[]
    readonly logError: (message: string) => void
    readonly optionsOverride: {
      readonly customRules: readonly Rule[]
      readonly outputFormatters: readonly (readonly [Formatter])[]
    }
  }): Promise<number>
}
