import type { Severity } from '../diagnostic.ts'

/** The parameters of a message: plain values, so that a page and a test can show any entry. */
export type Params = Readonly<Record<string, string | number | boolean | null | readonly string[]>>

/** A kind of diagnostic. */
export interface Entry<P extends Params = Params> {
  /**
   * Code: `IAP` and four digits. 1xxx: syntax; 2xxx: names; 3xxx: types; 4xxx: policy; 5xxx: warnings. Codes are never reused.
   */
  readonly code: string
  readonly severity: Severity
  /** Returns the message: one sentence in lower case, without a full stop, the user's text in backticks (`quote`). */
  message(params: P): string
  /** Returns the advice on how to solve the problem, in the style of the message. */
  help(params: P): string
}

/** Defines a kind of diagnostic. The parameters of `message` and `help` together determine the parameters of a report. */
export function define<M extends Params, H extends Params>(entry: {
  readonly code: `IAP${number}`
  readonly severity: Severity
  readonly message: (params: M) => string
  readonly help: (params: H) => string
}): Entry<M & H> {
  return entry
}

/** Returns the help for a name that another file declares; null if none does. */
export function importIt({ name, elsewhere }: { name: string; elsewhere: string | null }): string | null {
  return elsewhere === null ? null : `import it: \`import { ${name} } from "${elsewhere}"\``
}

/** Returns `, did you mean …?` to append to a help sentence, or an empty text without a suggestion. */
export function didYouMean(suggestion: string | null): string {
  return suggestion === null ? '' : `did you mean \`${suggestion}\`?`
}
