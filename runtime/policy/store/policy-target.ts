import type { SerialQueue } from '../../base/serial-queue.ts'
import type { BundleRefusal } from '../bundle/refusal.ts'
import type { InstantiateInput } from '../module/assemble.ts'
import type { PolicyProblem } from '../module/policy-error.ts'

/** Codes of reasons why the store refuses a policy. Codes are stable; `spec/language/bundle.md` explains each. */
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
  /** Position of the problem in the value, as a JSON Pointer (RFC 6901), if `data` was refused. */
  readonly pointer?: string
}

/** Returns whether a refusal may soon pass, such as one of a full disk, an ending process or a killed worker. */
export function isTransient({ code }: { readonly code: string }): boolean {
  return code === 'state' || code === 'internal' || code === 'worker'
}

/** The value of a datum, a named value that policies read, as JSON text. */
export interface DataValue {
  /** Version of the value: equal for equal texts, different for different ones. */
  readonly version: string
  readonly text: string
}

/** The parts of a bundle that are needed to instantiate and test it. */
export interface CandidateBundle extends InstantiateInput {
  /** Content of `tests.jsonl`. Absent or `null` if there are no tests or they have already run. */
  readonly tests?: string | null
}

export interface NextPolicy {
  /** Bundle to prepare. Absent to keep the active policy and change its data. */
  readonly bundle?: CandidateBundle
  readonly data?: Readonly<Record<string, DataValue>>
}

/**
 * The process or processes in which policies are activated: this process, or all workers. They switch policies together or not
 * at all.
 */
export interface PolicyTarget {
  /**
   * Queue of changes. All calls from `prepare` to `commit` or `drop` must run as one of its tasks, so that changes do not
   * interleave.
   */
  readonly turns: SerialQueue
  /**
   * Prepares the next policy beside the active one, and replaces an earlier preparation. Returns `null` if all processes are
   * ready to switch.
   */
  prepare(candidate: NextPolicy): Promise<PolicyRefusal | null>
  /** Activates the prepared policy. Resolves when no new request is decided by another policy. */
  commit(): void | Promise<void>
  drop(): void
  /** Suspends all decisions, so that all requests are refused, or resumes them. */
  suspend(isSuspended: boolean): void
}
