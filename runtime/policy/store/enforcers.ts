import type { Bundle } from '../bundle/read-bundle.ts'
import type { BundleRefusal } from '../bundle/refusal.ts'
import type { PolicyProblem } from '../module/policy-error.ts'

/** Stable: `spec/language/bundle.md` explains each. */
export const STORE_PROBLEMS = [
  'needs',
  'sequence',
  'held',
  'no-previous',
  'bind',
  'warm',
  'worker',
  'state',
  'source-missing',
  'source-unreadable',
  'internal',
] as const
export type StoreProblem = BundleRefusal | PolicyProblem | (typeof STORE_PROBLEMS)[number]

/** Why a bundle is not taken. */
export interface Refusal {
  readonly kind: 'refused'
  readonly code: StoreProblem
  readonly message: string
}

/** Those who decide by a policy: this process, or all workers of a proxy. They take the next one together, or none does. */
export interface Enforcers {
  /**
   * Makes a policy of a bundle that was verified, beside the one that serves; what was staged before is forgotten. Null: each of them could serve it from the next moment on. `bytes`: those
   * that the bundle was read from.
   */
  stage(bundle: Bundle, bytes: Uint8Array): Promise<Refusal | null>
  /** What was staged serves. Settled when no request is decided by another one any more. */
  commit(): void | Promise<void>
  /** What was staged will not serve. */
  drop(): void
  /** Whether nothing is decided, and nothing let through, until it is told again. */
  suspend(isSuspended: boolean): void
}
