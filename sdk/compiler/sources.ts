import type { SigningJwk } from './generate-keys.ts'

/** Policies (`*.iap`) and the documents they refer to, as texts. */
export interface TextSources {
  readonly sources: readonly SourceText[]
}

/** Files and folders as for `iap build`: a folder stands for every `*.iap` in and below it. Imports are read too. */
export interface FileSources {
  readonly files: readonly string[]
  /** The base of names in diagnostics and the bundle. Default: the working directory. */
  readonly root?: string
}

export interface SourceText {
  /** As in imports and diagnostics: relative, with `/`. */
  readonly name: string
  readonly text: string
}

/** A bundle, which includes its sources. */
export interface BundleSource {
  readonly bundle: Uint8Array
  /** Trusted keys, JWK or PEM; one valid signature suffices. `insecure-unverified` ignores signatures. */
  readonly keys: readonly (string | SigningJwk)[] | 'insecure-unverified'
}
