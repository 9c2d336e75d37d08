import type { AuditRecord } from './audit-record.ts'

/** How far somebody has read: how many there were of either kind. */
export interface RecentPlace {
  readonly permits: number
  readonly others: number
}

/** Of each kind. Few: what stays for a while is moved about by each collection of what is young. */
const MOST = 128

/**
 * The last records, as they were made: a reference to each, and nothing else is done about it before somebody asks. Permits have
 * a ring of their own, so that a flood of them does not wash away what was refused.
 */
export class RecentRecords {
  readonly #permits: (AuditRecord | undefined)[] = new Array(MOST).fill(undefined)
  readonly #others: (AuditRecord | undefined)[] = new Array(MOST).fill(undefined)
  /** That there were, ever. */
  #permitted = 0
  #other = 0

  add(record: AuditRecord): void {
    if (record.effect === 'permit') this.#permits[this.#permitted++ % MOST] = record
    else this.#others[this.#other++ % MOST] = record
  }

  get place(): RecentPlace {
    return { permits: this.#permitted, others: this.#other }
  }

  /** Those after that place that are still there, the oldest of each kind first, and how many are not. */
  after({ permits, others }: RecentPlace): { readonly records: readonly AuditRecord[]; readonly missed: number } {
    const [permitted, missedPermits] = partOf(this.#permits, permits, this.#permitted)
    const [other, missedOthers] = partOf(this.#others, others, this.#other)
    return { records: [...permitted, ...other], missed: missedPermits + missedOthers }
  }
}

function partOf(
  ring: readonly (AuditRecord | undefined)[],
  from: number,
  to: number,
): readonly [records: readonly AuditRecord[], missed: number] {
  // A place that is beyond what there is was told by another process under the same number.
  const after = from > to ? 0 : from
  const first = Math.max(after, to - MOST)
  const records: AuditRecord[] = []
  for (let at = first; at < to; at++) records.push(ring[at % MOST] as AuditRecord)
  return [records, first - after]
}
