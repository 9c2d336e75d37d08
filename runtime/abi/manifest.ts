import type { WrittenReads } from './reads.ts'

/**
 * Version of the bundle format that this code reads and writes. Signatures cover the bytes of `manifest.json`, which covers all
 * other files of the bundle by their digests.
 */
export const BUNDLE_FORMAT = 1

/** Description of a bundle: `manifest.json`, format 1. */
export interface Manifest {
  /** Version of the bundle format. */
  readonly format: typeof BUNDLE_FORMAT
  /** Version of the interface between the proxy and decision modules. */
  readonly abi: number
  /** Version of the compiler that made the bundle. */
  readonly compiler: string
  /**
   * Digest of the sorted file list: `sha256:` and 64 hexadecimal digits. The sequence number and signatures do not affect it.
   */
  readonly revision: string
  /** Position among the releases: an integer from 0. A proxy does not accept a bundle with a lower one than before. */
  readonly sequence: number
  /**
   * Time from which the bundle is invalid (RFC 3339, UTC, whole seconds). `needs` then includes `expiry`. Absent if it never
   * expires.
   */
  readonly expires?: string
  /** Capabilities that the bundle requires of its host, sorted: for example `identity:jwt`, `body` or `limit`. */
  readonly needs: readonly string[]
  /** Identities of the policy, each with its authentication methods. */
  readonly identities: readonly { readonly name: string; readonly methods: readonly string[] }[]
  /** Services of the policy, each with its hosts and the sorted labels of all its routes (absent if there are none). */
  readonly services: readonly {
    readonly name: string
    readonly hosts: readonly string[]
    readonly labels?: readonly string[]
  }[]
  /** Data that the policy expects, each with its JSON Schema (draft 2020-12). */
  readonly data: readonly { readonly name: string; readonly schema: object }[]
  /** Routes with a declared body, as `service.route`. The proxy reads the whole body if the decision may depend on it. */
  readonly bodies: readonly string[]
  /** Former names of rules (`@was`), whose limits continue. Absent if there are none. */
  readonly formerly?: readonly { readonly name: string; readonly was: readonly string[] }[]
  /** Parts of the request that conditions read, by route, for audit records. Absent in bundles of earlier compilers. */
  readonly reads?: WrittenReads
  /** Results of the checker; a bundle never has errors. */
  readonly check: { readonly warnings: number }
  /** Result of the proof of each invariant of the policy. */
  readonly invariants: readonly InvariantResult[]
  /** Number of the policy's tests that passed and failed when the bundle was built. */
  readonly tests: { readonly passed: number; readonly failed: number }
  /** All files but the manifest and the signatures, sorted by path. */
  readonly files: readonly BundleFile[]
}

/** Result of proving one invariant of the policy, as found when the bundle was built. */
export interface InvariantResult {
  /** Name of the invariant. */
  readonly name: string
  /**
   * Result of the proof. `tried`: the invariant was only tested with generated requests, none of which broke it; this is no
   * proof.
   */
  readonly verdict: 'tried' | 'holds' | 'unknown' | 'broken'
  /** Number of generated requests against which the invariant was tested; 0 if there were none. */
  readonly requests: number
}

/** Entry of a manifest's list of files: path, size and digest of one file in the bundle. */
export interface BundleFile {
  /** Path within the bundle. */
  readonly path: string
  /** SHA-256 digest of the content, in lower-case hexadecimal. */
  readonly sha256: string
  /** Size in bytes. */
  readonly size: number
}
