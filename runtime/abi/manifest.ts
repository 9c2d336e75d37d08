import type { WrittenReads } from './reads.ts'

/** `manifest.json` of a bundle, format 1. Signatures cover its bytes, and it covers all other files by digest. */

export const BUNDLE_FORMAT = 1

export interface Manifest {
  readonly format: typeof BUNDLE_FORMAT
  readonly abi: number
  readonly compiler: string
  /** `sha256:…` of the sorted file list: the content, whatever sequence and signers. */
  readonly revision: string
  /** An integer from 0; a proxy never goes back to a lower one. */
  readonly sequence: number
  /** RFC 3339, UTC, whole seconds: when it expires, if ever. `needs` then includes `expiry`. */
  readonly expires?: string
  /** Sorted runtime requirements: `identity:jwt`, `body`, `limit` … */
  readonly needs: readonly string[]
  readonly identities: readonly { readonly name: string; readonly methods: readonly string[] }[]
  /** `labels`: those of all its routes, sorted; absent if none. */
  readonly services: readonly {
    readonly name: string
    readonly hosts: readonly string[]
    readonly labels?: readonly string[]
  }[]
  /** Data to push, each with its JSON Schema (draft 2020-12). */
  readonly data: readonly { readonly name: string; readonly schema: object }[]
  /** Routes with a declared body (`service.route`), read completely if it may matter. */
  readonly bodies: readonly string[]
  /** Former names of rules (`@was`), whose limits continue. Absent: none. */
  readonly formerly?: readonly { readonly name: string; readonly was: readonly string[] }[]
  /** What conditions read, by route, for audit records. Absent: unknown, from an earlier compiler. */
  readonly reads?: WrittenReads
  /** Checker results; a bundle never has errors. */
  readonly check: { readonly warnings: number }
  readonly invariants: readonly InvariantResult[]
  readonly tests: { readonly passed: number; readonly failed: number }
  /** All files but manifest and signatures, sorted by path. */
  readonly files: readonly BundleFile[]
}

/** The build's result for an invariant. */
export interface InvariantResult {
  readonly name: string
  /** `tried`: no generated request broke it, which proves nothing. */
  readonly verdict: 'tried' | 'holds' | 'unknown' | 'broken'
  /** Number of tried requests; 0 if none. */
  readonly requests: number
}

export interface BundleFile {
  readonly path: string
  /** Lower-case hexadecimal. */
  readonly sha256: string
  readonly size: number
}
