import type { SerialQueue } from '../../base/serial-queue.ts'
import type { BundleRefusal } from '../bundle/refusal.ts'
import type { InstantiateInput } from '../module/assemble.ts'
import type { PolicyProblem } from '../module/policy-error.ts'

/** Stable: `spec/language/bundle.md` explains each. */
export const STORE_PROBLEMS = [
  'needs',
  'sequence',
  'expired',
  'quarantined',
  'no-previous',
  'bind',
  'data',
  'warm',
  'tests',
  'worker',
  'ends-workers',
  'state',
  'source-missing',
  'source-unreadable',
  'internal',
] as const
export type StoreProblem = BundleRefusal | PolicyProblem | (typeof STORE_PROBLEMS)[number]

/** Why a bundle is not taken. */
export interface PolicyRefusal {
  readonly kind: 'refused'
  readonly code: StoreProblem
  readonly message: string
  /** Of `data`: where in the value (RFC 6901). */
  readonly pointer?: string
}

/** A value of a datum, as JSON text. */
export interface DataValue {
  /** Differs where the text does. */
  readonly version: string
  readonly text: string
}

/** What a policy is made of, and tried by. */
export interface CandidateBundle extends InstantiateInput {
  /** `tests.jsonl`. Left out or null: it has none, or somebody has run them. */
  readonly tests?: string | null
}

/** What is to serve: another policy, other data, or both. */
export interface NextPolicy {
  /** Of one that was verified. Left out: the policy that serves, with other data. */
  readonly bundle?: CandidateBundle
  /** Those that change. */
  readonly data?: Readonly<Record<string, DataValue>>
}

/** Those who decide by a policy: this process, or all workers of a proxy. They take the next one together, or none does. */
export interface PolicyTarget {
  /** From `stage` to `commit` or `drop` is one turn. */
  readonly turns: SerialQueue
  /**
   * Makes what is to serve, beside what does; what was prepared before is forgotten. Null: each of them could serve it from the
   * next moment on.
   */
  prepare(candidate: NextPolicy): Promise<PolicyRefusal | null>
  /** What was prepared serves. Settled when no request is decided by another one any more. */
  commit(): void | Promise<void>
  /** What was prepared will not serve. */
  drop(): void
  /** Whether nothing is decided, and nothing let through, until it is told again. */
  suspend(isSuspended: boolean): void
}
