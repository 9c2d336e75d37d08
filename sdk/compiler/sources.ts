import type { SigningJwk } from './generate-keys.ts'

/** Policies (`*.iap`) as texts, with the JSON and YAML documents that they name. */
export interface TextSources {
  /** The policies and documents, in any order. At least one name ends in `.iap`, and each name occurs once. */
  readonly sources: readonly SourceText[]
}

/** Policies as files and folders, as for `iap build`. Files that they import or name are read too. */
export interface FileSources {
  /** Paths relative to `root`. A folder stands for every `*.iap` file in it and in its subfolders. */
  readonly files: readonly string[]
  /** Folder to which paths, and names in diagnostics and the bundle, are relative. Default: the working directory. */
  readonly root?: string
}

/** A policy or document as text. */
export interface SourceText {
  /** Name of the source in imports and diagnostics: a relative path with `/`, such as `orders.iap`. */
  readonly name: string
  /** Content of the source. */
  readonly text: string
}

/** A bundle as a source of policies. */
export interface BundleSource {
  /** The bundle's bytes, as `compile` and `iap build` make them. */
  readonly bundle: Uint8Array
  /**
   * Trusted public keys, as JWK or PEM (SPKI). One valid signature suffices. `insecure-unverified` accepts the bundle without a
   * check of signatures.
   */
  readonly keys: readonly (string | SigningJwk)[] | 'insecure-unverified'
}
