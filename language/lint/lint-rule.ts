/** The interface of a lint rule: one file, one question, with its page and test beside it. */

import type { Model } from '../checker/model.ts'
import type { Entry } from '../diagnostics/catalogue/define.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { File } from '../syntax/ast.ts'
import type { Uses } from './facts/uses.ts'

/** The input of a lint rule: a checked project without errors. */
export interface LintProject {
  readonly model: Model
  /** Files of the policy, sorted by name. */
  readonly files: readonly File[]
  /** Returns whether a file is part of the policy even if no file imports it. */
  readonly isEntry: (file: File) => boolean
  readonly importedFile: (file: File, from: string) => File | null
  readonly uses: Uses
}

export interface LintRule {
  /** The kind of warning that the rule reports. */
  readonly entry: Entry<never>
  /** Whether `iap check` runs the rule, in addition to `iap lint`. */
  readonly byDefault: boolean
  /**
   * Checks a project and passes each warning to `report`. Reports only what is certain. A rule that takes long in a large project
   * is a generator, which yields where it may pause.
   */
  check(project: LintProject, report: (diagnostic: Diagnostic) => void): void | Iterable<void>
}
