import type { AuditRecord } from './audit-record.ts'

/** A reading position: the number of records of each kind that were read. */
export interface RecentPlace {
  readonly permits: number
  readonly others: number
}

/** Maximum number of records of each kind. It is small, as retained objects are copied in each minor garbage collection. */
const MOST = 128

/**
 * A ring buffer of references to the latest records, which are processed on demand. Permits have a ring of their own, so that
 * they do not displace refusals.
 */
export class RecentRecords {
  readonly #permits: (AuditRecord | undefined)[] = new Array(MOST).fill(undefined)
  readonly #others: (AuditRecord | undefined)[] = new Array(MOST).fill(undefined)
  #permitted = 0
  #other = 0

  add(record: AuditRecord): void {
    if (record.effect === 'permit') this.#permits[this.#permitted++ % MOST] = record
    else this.#others[this.#other++ % MOST] = record
  }

  get place(): RecentPlace {
    return { permits: this.#permitted, others: this.#other }
  }

  /**
   * Returns the records after a position that are still available, with the oldest of each kind first, and the number of those
   * that are no longer available.
   */
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
  // A position beyond the end belongs to an earlier process of that number.
  const after = from > to ? 0 : from
  const first = Math.max(after, to - MOST)
  const records: AuditRecord[] = []
  for (let at = first; at < to; at++) records.push(ring[at % MOST] as AuditRecord)
  return [records, first - after]
}
