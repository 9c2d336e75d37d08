/** What a rule beyond errors is: one file, one question, its page and its test beside it. */

import type { Model } from '../checker/model.ts'
import type { Entry } from '../diagnostics/catalogue/define.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { File } from '../syntax/ast.ts'
import type { Uses } from './facts/uses.ts'

/** A project without errors, as the rules see it. */
export interface LintProject {
  readonly model: Model
  /** Sorted by name. */
  readonly files: readonly File[]
  /** Whether a file is part of the policy whoever imports it. */
  readonly isEntry: (file: File) => boolean
  readonly importedFile: (file: File, from: string) => File | null
  readonly uses: Uses
}

export interface LintRule {
  /** Its warning. */
  readonly entry: Entry<never>
  /** Whether `iap check` runs it too, and not `iap lint` alone. */
  readonly byDefault: boolean
  /** Only what is true, and where it is not certain nothing. */
  check(project: LintProject, report: (diagnostic: Diagnostic) => void): void
}
