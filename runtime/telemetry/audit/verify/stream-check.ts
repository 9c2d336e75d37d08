import { NO_HASH } from '../chain.ts'
import type { AuditPosition, FaultCode } from './report.ts'

/** A record of the log as a link of a hash chain, as far as it is needed to check the chain. */
export interface Link {
  readonly seq: number
  readonly hash: string
  readonly place: AuditPosition
  /** Computes the hash that this record must have, given the hash `before` of the previous record. */
  hashAfter(before: string): string
}

type ReportFault = (code: FaultCode, place: AuditPosition, seq: number, message: string) => void

/** A record that came before its predecessor. */
interface Early {
  readonly seq: number
  readonly hash: string
  readonly place: AuditPosition
}

interface Gap {
  from: number
  to: number
  readonly after: AuditPosition | null
  readonly place: AuditPosition
}

/** Maximum length of lists, as a damaged log must not fill memory. */
const MOST = 1000

/** Checks the records of one hash chain in order, and reports changed, missing, moved and repeated ones. */
export class StreamCheck {
  readonly #report: ReportFault
  first: Early | null = null
  last: Early | null = null
  records = 0
  /** Next number and previous hash; null: unknown. */
  #next = 0
  #before: string | null = NO_HASH
  /** The previous record's correct hash, if it differs. */
  #meant: string | null = null
  #behind: AuditPosition | null = null
  #held: Early | null = null
  readonly #early = new Map<number, Early>()
  #gaps: Gap[] = []

  constructor(report: ReportFault) {
    this.#report = report
  }

  /**
   * Starts the check with the record number `seq`. `known` is the hash of the record before it, from an earlier verification, or
   * `null`.
   */
  begin(seq: number, known: string | null): void {
    this.#next = seq
    this.#before = seq === 0 ? NO_HASH : known
  }

  /** Returns the hash of the record before `seq`, or `null` if it is unknown. */
  hashBefore(seq: number): string | null {
    return seq === this.#next ? this.#before : null
  }

  take(link: Link): void {
    const { seq, hash, place } = link
    this.records++
    this.first ??= { seq, hash, place }
    if (this.last === null || seq > this.last.seq) this.last = { seq, hash, place }
    if (this.#held !== null) this.#settle(this.#held, seq)
    if (seq === this.#next) this.#take(link)
    // The next line shows whether the records between are missing or late.
    else if (seq > this.#next) this.#held = { seq, hash, place }
    else this.#late(link)
  }

  end(): void {
    if (this.#held !== null) this.#skip(this.#held)
    this.#held = null
    for (const { from, to, after, place } of this.#gaps) {
      const what = from === to ? `record ${from} of the stream is` : `records ${from} to ${to} of the stream are`
      const where = after === null ? 'before' : `between ${after.file}:${after.line} and`
      this.#report('removed', place, from, `${what} missing ${where} this line`)
    }
  }

  #take(link: Link): void {
    const { seq, hash, place } = link
    if (this.#before !== null) {
      const meant = link.hashAfter(this.#before)
      // If only the previous line's hash was changed, this one follows the correct one.
      const isRight = meant === hash || (this.#meant !== null && link.hashAfter(this.#meant) === hash)
      if (!isRight) this.#report('changed', place, seq, 'this line was changed')
      this.#meant = isRight ? null : meant
    }
    this.#goOn(seq, hash, place)
  }

  #goOn(seq: number, hash: string, place: AuditPosition): void {
    this.#behind = place
    this.#next = seq + 1
    this.#before = hash
    for (let early = this.#early.get(this.#next); early !== undefined; early = this.#early.get(this.#next)) {
      this.#early.delete(this.#next)
      this.#next++
      this.#before = early.hash
      this.#meant = null
    }
  }

  /** Resolves an early record when the next one is read. */
  #settle(held: Early, seq: number): void {
    this.#held = null
    if (seq === this.#next) this.#isEarly(held, `record ${held.seq} of the stream comes before record ${seq}`)
    else if (seq === this.#next + 1) {
      this.#isEarly(held, `record ${held.seq} of the stream is in the place of record ${this.#next}`)
      this.#miss({ from: this.#next, to: this.#next, after: this.#behind, place: held.place })
      this.#next = seq
      this.#before = null
    } else this.#skip(held)
  }

  #isEarly(held: Early, message: string): void {
    this.#report('moved', held.place, held.seq, message)
    if (this.#early.size < MOST) this.#early.set(held.seq, held)
  }

  #skip({ seq, hash, place }: Early): void {
    this.#miss({ from: this.#next, to: seq - 1, after: this.#behind, place })
    this.#meant = null
    this.#goOn(seq, hash, place)
  }

  #miss(gap: Gap): void {
    if (this.#gaps.length < MOST) this.#gaps.push(gap)
  }

  #late({ seq, place }: Link): void {
    const gap = this.#gaps.find(({ from, to }) => from <= seq && seq <= to)
    if (gap === undefined) return void this.#report('repeated', place, seq, `record ${seq} of the stream is repeated`)
    this.#report('moved', place, seq, `record ${seq} of the stream comes after record ${this.#next - 1}`)
    const rest = { ...gap, from: seq + 1 }
    gap.to = seq - 1
    this.#gaps = [...this.#gaps, rest].filter(({ from, to }) => from <= to)
  }
}
