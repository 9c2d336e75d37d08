import type { WrittenReads } from './reads.ts'

/** `manifest.json` of a bundle, format 1. Signatures are over its bytes; it vouches for every other file by digest. */

export const BUNDLE_FORMAT = 1

export interface Manifest {
  readonly format: typeof BUNDLE_FORMAT
  readonly abi: number
  /** `iap-proxy/0.1.0` */
  readonly compiler: string
  /** `sha256:…` over the sorted list of files: the content, whatever sequence and signers. */
  readonly revision: string
  /** A whole number from 0; a proxy never goes back to a lower one. */
  readonly sequence: number
  /**
   * RFC 3339, UTC, whole seconds: from then on nobody takes it. Left out: it has no end. `needs` has `expiry` where it is there.
   */
  readonly expires?: string
  /** What the policy asks of a runtime, sorted: `identity:jwt`, `body`, `limit` … */
  readonly needs: readonly string[]
  readonly identities: readonly { readonly name: string; readonly methods: readonly string[] }[]
  /** `labels`: those that all routes of the service bear, sorted; left out where there are none. */
  readonly services: readonly {
    readonly name: string
    readonly hosts: readonly string[]
    readonly labels?: readonly string[]
  }[]
  /** What is to be pushed: the JSON Schema (draft 2020-12) says what fits. */
  readonly data: readonly { readonly name: string; readonly schema: object }[]
  /** Routes that declare a body, `service.route`: their requests are read whole where that can still matter. */
  readonly bodies: readonly string[]
  /** Rules that were called otherwise (`@was`), whose limits go on. Left out: none was. */
  readonly formerly?: readonly { readonly name: string; readonly was: readonly string[] }[]
  /** What conditions read, by route: what audit records hold of it. Left out: nobody knows, as a compiler did not tell yet. */
  readonly reads?: WrittenReads
  /** Of what the checker said: there is no bundle of what has errors. */
  readonly check: { readonly warnings: number }
  readonly invariants: readonly InvariantResult[]
  readonly tests: { readonly passed: number; readonly failed: number }
  /** Every file but the manifest and the signatures, sorted by path. */
  readonly files: readonly BundleFile[]
}

/** What the build found out about an invariant. */
export interface InvariantResult {
  readonly name: string
  /** `tried`: no generated request broke it, which proves nothing. */
  readonly verdict: 'tried' | 'holds' | 'unknown' | 'broken'
  /** How many requests were tried; 0 where none were. */
  readonly requests: number
}

export interface BundleFile {
  readonly path: string
  /** Hexadecimal, lower case. */
  readonly sha256: string
  /** Bytes. */
  readonly size: number
}
