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

export interface PolicyRefusal {
  readonly kind: 'refused'
  readonly code: StoreProblem
  readonly message: string
  /** For `data`: position in the value (RFC 6901). */
  readonly pointer?: string
}

/** A datum's value as JSON text. */
export interface DataValue {
  /** Differs if the text does. */
  readonly version: string
  readonly text: string
}

/** The parts of a bundle that instantiating and testing it need. */
export interface CandidateBundle extends InstantiateInput {
  /** `tests.jsonl`. Absent or null: none, or already run. */
  readonly tests?: string | null
}

export interface NextPolicy {
  /** Absent: the active policy with other data. */
  readonly bundle?: CandidateBundle
  readonly data?: Readonly<Record<string, DataValue>>
}

/** This process or all workers, which switch policies together or not at all. */
export interface PolicyTarget {
  /** `prepare` to `commit` or `drop` is one task. */
  readonly turns: SerialQueue
  /** Prepares the next policy beside the active one, replacing an earlier preparation. Null: all are ready to switch. */
  prepare(candidate: NextPolicy): Promise<PolicyRefusal | null>
  /** Activates what was prepared. Resolves when no request is decided by another policy. */
  commit(): void | Promise<void>
  drop(): void
  /** Suspends or resumes all decisions. */
  suspend(isSuspended: boolean): void
}
