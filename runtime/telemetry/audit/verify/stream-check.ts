import { NO_HASH } from '../chain.ts'
import type { AuditPosition, FaultCode } from './report.ts'

/** A record, as far as the chain is concerned. */
export interface Link {
  readonly seq: number
  /** As it says. */
  readonly hash: string
  readonly place: AuditPosition
  /** As it should be, behind a record with that hash. */
  hashAfter(before: string): string
}

type ReportFault = (code: FaultCode, place: AuditPosition, seq: number, message: string) => void

/** A record that has come before it was its turn. */
interface Early {
  readonly seq: number
  readonly hash: string
  readonly place: AuditPosition
}

/** Records that are not there, between two that are. */
interface Gap {
  from: number
  to: number
  readonly after: AuditPosition | null
  readonly place: AuditPosition
}

/** Of each list, so that a log that is nothing but faults takes no memory. */
const MOST = 1000

/** The records of one stream in the order in which they stand: which of them are not as they were, not there, or elsewhere. */
export class StreamCheck {
  readonly #report: ReportFault
  first: Early | null = null
  last: Early | null = null
  records = 0
  /** The number that comes next, and the hash of the record before; null: it is not known. */
  #next = 0
  #before: string | null = NO_HASH
  /** That of the record before as it should be, where another one stands there. */
  #meant: string | null = null
  /** Where that record stands. */
  #behind: AuditPosition | null = null
  #held: Early | null = null
  readonly #early = new Map<number, Early>()
  #gaps: Gap[] = []

  constructor(report: ReportFault) {
    this.#report = report
  }

  /** `known`: the hash of the record before the first that is there, from an earlier look at the log. */
  begin(seq: number, known: string | null): void {
    this.#next = seq
    this.#before = seq === 0 ? NO_HASH : known
  }

  /** Of the record before that one; null: it is not known. */
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
    // Whether what is between is gone or comes later, the next line tells.
    else if (seq > this.#next) this.#held = { seq, hash, place }
    else this.#late(link)
  }

  /** There is no more. */
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
      // Where only the hash of the line before was changed, this one follows what it should be.
      const isRight = meant === hash || (this.#meant !== null && link.hashAfter(this.#meant) === hash)
      if (!isRight) this.#report('changed', place, seq, 'this line is not as it was written')
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

  /** A record has come before its turn, and now another has. */
  #settle(held: Early, seq: number): void {
    this.#held = null
    if (seq === this.#next) this.#isEarly(held, `record ${held.seq} of the stream stands before record ${seq}`)
    else if (seq === this.#next + 1) {
      this.#isEarly(held, `record ${held.seq} of the stream stands in the place of record ${this.#next}`)
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
    if (gap === undefined) return void this.#report('repeated', place, seq, `record ${seq} of the stream has stood before`)
    this.#report('moved', place, seq, `record ${seq} of the stream stands behind record ${this.#next - 1}`)
    const rest = { ...gap, from: seq + 1 }
    gap.to = seq - 1
    this.#gaps = [...this.#gaps, rest].filter(({ from, to }) => from <= to)
  }
}
