import type { SampleRule } from './audit-config.ts'
import type { AuditRecord } from './audit-record.ts'

/** Number of records that sampling did not keep, with their common properties. */
export interface Omitted {
  readonly effect: AuditRecord['effect']
  readonly route: string | null
  readonly rule: string | null
  readonly revision: string | null
  readonly count: number
}

/** Results of a candidate whose records are always kept. */
const OTHERWISE: ReadonlySet<string> = new Set(['newlyPermitted', 'newlyDenied', 'other', 'failed'])

/** Maximum number of distinct kinds. Further kinds are counted together. */
const MOST = 1000

/**
 * A sampling rule that keeps a share of the matching records and counts the others. The choice can be verified: it compares the
 * share with the first eight digits of the request ID, read as a fraction. Records of service failures, and of decisions that
 * shadow rules or candidates would change, are always kept.
 */
export class Sampling {
  readonly #rules: readonly SampleRule[]
  #counts = new Map<string, { -readonly [K in keyof Omitted]: Omitted[K] }>()

  constructor(rules: readonly SampleRule[]) {
    this.#rules = rules
  }

  keeps(record: AuditRecord): boolean {
    const rule = this.#rules.find(
      ({ effect, labels }) => effect === record.effect && labels.every((one) => record.labels.includes(one)),
    )
    if (rule === undefined || isKept(record.requestId, rule.keep)) return true
    if (record.candidate !== undefined && OTHERWISE.has(record.candidate.result)) return true
    if (record.effect === 'permit' && (record.code !== null || !record.complete || record.shadow.length > 0)) return true
    this.#count(record)
    return false
  }

  get isEmpty(): boolean {
    return this.#counts.size === 0
  }

  take(): readonly Omitted[] {
    const taken = [...this.#counts.values()]
    this.#counts = new Map()
    return taken
  }

  #count({ effect, route, rules, revision }: AuditRecord): void {
    const rule = rules[0] ?? null
    const key = `${effect}\n${route}\n${rule}\n${revision}`
    const known = this.#counts.get(key)
    if (known !== undefined) known.count++
    else if (this.#counts.size < MOST) this.#counts.set(key, { effect, route, rule, revision, count: 1 })
    else this.#countOther(effect)
  }

  #countOther(effect: AuditRecord['effect']): void {
    const other = this.#counts.get(effect)
    if (other !== undefined) other.count++
    else this.#counts.set(effect, { effect, route: null, rule: null, revision: null, count: 1 })
  }
}

export function isKept(requestId: string, share: number): boolean {
  return Number.parseInt(requestId.slice(0, 8), 16) < share * 0x1_0000_0000
}
