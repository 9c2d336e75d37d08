import type { SigningJwk } from './generate-keys.ts'

/** Sources at hand: policies (`*.iap`), and the documents that they name. */
export interface TextSources {
  readonly sources: readonly SourceText[]
}

/** Files and folders, as `iap build` takes them: a folder means every `*.iap` in and below it. What they import is read too. */
export interface FileSources {
  readonly files: readonly string[]
  /** What names in diagnostics and in the bundle are relative to; the working directory where left out. */
  readonly root?: string
}

export interface SourceText {
  /** As imports and diagnostics name it: relative, with `/`. */
  readonly name: string
  readonly text: string
}

/** A bundle, which carries its sources. */
export interface BundleSource {
  readonly bundle: Uint8Array
  /** Who may have signed it: JWK or PEM; one valid signature is enough. `insecure-unverified` looks at no signature. */
  readonly keys: readonly (string | SigningJwk)[] | 'insecure-unverified'
}
