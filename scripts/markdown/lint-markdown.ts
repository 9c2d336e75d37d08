import type { Rule } from 'markdownlint'
import { type LintResult, main as runMarkdownlint } from 'markdownlint-cli2'

/**
 * Checks the Markdown of the repository by the rules of `.markdownlint-cli2.jsonc` and by others.
 *
 * @param root the folder of the repository
 * @returns the breaches, sorted by file and line
 * @throws Error if markdownlint cannot check the files, for example because of its configuration
 */
export async function lintMarkdown(root: string, rules: readonly Rule[]): Promise<readonly LintResult[]> {
  let found: readonly LintResult[] = []
  const status = await runMarkdownlint({
    directory: root,
    argv: [],
    logError: console.error,
    optionsOverride: {
      customRules: rules,
      outputFormatters: [
        [
          ({ results }) => {
            found = results
          },
        ],
      ],
    },
  })
  if (status > 1) throw new Error(`markdownlint-cli2 failed with ${status}`)
  return found
}
