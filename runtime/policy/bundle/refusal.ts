/** Codes of reasons to refuse a bundle. Codes are stable, so alerts may use them; `spec/language/bundle.md` explains each. */
export const BUNDLE_REFUSALS = [
  'too-large',
  'not-gzip',
  'truncated',
  'corrupt',
  'too-many-entries',
  'entry-type',
  'entry-name',
  'entry-twice',
  'manifest-missing',
  'unsigned',
  'unknown-key',
  'signature-algorithm',
  'bad-signature',
  'too-few-signatures',
  'manifest-shape',
  'format',
  'abi',
  'unlisted-entry',
  'file-missing',
  'file-mismatch',
  'revision-mismatch',
  'text-encoding',
] as const

export type BundleRefusal = (typeof BUNDLE_REFUSALS)[number]

/** Error that ends the reading of a bundle. `readBundle` catches it, so it never leaves this folder. */
export class Refused extends Error {
  readonly code: BundleRefusal
  constructor(code: BundleRefusal, message: string) {
    super(message)
    this.code = code
  }
}

/** Quotes and escapes a text for a message, and cuts it to 80 characters. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}
