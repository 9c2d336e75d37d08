import { verify } from 'node:crypto'
import type { PublicKey } from '../../../policy/index.ts'
import type { Head } from '../chain.ts'
import { ChainedLine } from './chained-line.ts'
import { LineSplitter } from './line-splitter.ts'
import { type CheckpointRecord, readOwnRecord } from './read-own-record.ts'
import type { AuditPosition, Fault, FaultCode, Limitation, Report, StreamReport } from './report.ts'
import { StreamCheck } from './stream-check.ts'

export interface VerifyOptions {
  /** Trusted keys. If empty, signatures are ignored. */
  readonly keys: readonly PublicKey[]
  /** Whether the files are a part of a log, so that earlier and later files may be missing. */
  readonly partial: boolean
  /** Chain positions from earlier verifications, which the log must contain or continue. */
  readonly heads: readonly KnownHead[]
  /** Hashes of records that the log must contain, or else it has a fault. */
  readonly hashes: readonly string[]
  /** Maximum number of listed faults; further faults are only counted. */
  readonly most: number
}

export interface KnownHead extends Head {
  readonly ended: boolean
}

interface Stream {
  readonly check: StreamCheck
  process: string | null
  ended: boolean
  signed: number | null
  isUnsigned: boolean
  readonly hashes: Map<number, string>
}

interface Named extends Head {
  readonly place: AuditPosition
  readonly isGone: boolean
}

/** Records that a crash cut off, until they are repeated. */
interface Torn {
  readonly part: Buffer
  readonly place: AuditPosition
}

const MOST_TORN = 100
/** Maximum bytes of truncated records that are kept: two of the largest. */
const MOST_TORN_BYTES = 32 << 20

/** A verifier of the files of a log, which reads them once in the order in which they were written. */
export class LogVerifier {
  readonly #options: VerifyOptions
  readonly #splitter = new LineSplitter((bytes, start, end, whole) => this.#line(bytes, start, end, whole))
  readonly #current = new ChainedLine()
  readonly #streams = new Map<string, Stream>()
  readonly #known: ReadonlyMap<string, KnownHead>
  readonly #hashes: Set<string>
  readonly #named = new Map<string, Named>()
  readonly #files: { file: string; lines: number }[] = []
  readonly #order = new Map<string, number>()
  readonly #faults: Fault[] = []
  readonly #notes: Limitation[] = []
  #torn: Torn[] = []
  #faulty = 0
  #records = 0
  /** The hash that the very first record names as its predecessor. */
  #before: string | null = null

  constructor(options: VerifyOptions) {
    this.#options = options
    this.#known = new Map(options.heads.map((head) => [head.stream, head]))
    this.#hashes = new Set(options.hashes)
  }

  begin(file: string): void {
    this.#order.set(file, this.#files.length)
    this.#files.push({ file, lines: 0 })
  }

  feed(piece: Buffer): void {
    this.#splitter.feed(piece)
  }

  endFile(): void {
    this.#splitter.end()
  }

  get lines(): number {
    return this.#files.reduce((sum, { lines }) => sum + lines, 0)
  }

  report(): Report {
    for (const torn of this.#torn) this.#unbound(torn.place)
    for (const [name, stream] of this.#streams) this.#judge(name, stream)
    for (const named of this.#named.values()) this.#judgeNamed(named)
    for (const head of this.#known.values()) this.#judgeKnown(head)
    for (const hash of this.#hashes)
      this.#report('cut', this.#end, null, null, `the record \`${hash}\`, which must be present, is not in these files`)
    // An emptied log must not look valid.
    if (this.#records === 0 && this.#faulty === 0 && !this.#options.partial)
      this.#report('empty', this.#end, null, null, 'these files have no records')
    const order = ({ file, line }: AuditPosition) => (this.#order.get(file) ?? 0) * 2 ** 40 + line
    return {
      files: this.#files,
      records: this.#records,
      streams: [...this.#streams].map(([name, stream]) => reportOf(name, stream)),
      faults: this.#faults.sort((a, b) => order(a) - order(b)).slice(0, this.#options.most),
      faulty: this.#faulty,
      notes: this.#notes,
    }
  }

  get #end(): AuditPosition {
    const { file, lines } = this.#files.at(-1) ?? { file: '', lines: 0 }
    return { file, line: lines }
  }

  #line(bytes: Buffer, start: number, end: number, whole: boolean): void {
    const at = this.#files.at(-1)
    if (at === undefined) throw new Error('a line came before the name of its file: this is a bug in iap; report it')
    at.lines++
    // A failed write may leave an empty line.
    if (start === end) return
    const place = { file: at.file, line: at.lines }
    const line = this.#current
    if (!whole || !line.read(bytes, start, end, place)) return void this.#tornAt(bytes.subarray(start, end), place)
    if (this.#torn.length > 0) this.#mend(line)
    this.#records++
    this.#record(line)
  }

  #record(line: ChainedLine): void {
    const { stream: name, seq, hash, place } = line
    const known = this.#known.get(name)
    let stream = this.#streams.get(name)
    if (stream === undefined) {
      stream = this.#begin(name)
      const first = known === undefined ? 0 : known.seq + 1
      stream.check.begin(seq, seq === first ? (known?.hash ?? null) : null)
      if (known !== undefined && seq > first)
        this.#report(
          'removed',
          place,
          name,
          seq,
          `records are missing: the stream is known up to record ${known.seq}, and continues here`,
        )
      else if (known === undefined && seq > 0 && !this.#options.partial)
        this.#report('no-beginning', place, name, seq, 'the stream begins before these files')
    }
    if (stream.ended) this.#report('after-end', place, name, seq, 'the stream already had its last record')
    if (known?.seq === seq && known.hash !== hash)
      this.#report('forked', place, name, seq, `record ${seq} of the stream differs from the known one`)
    if (this.#hashes.size > 0) this.#hashes.delete(hash)
    const before = stream.check.hashBefore(seq)
    stream.check.take(line)
    if (line.isOwn) this.#own(line, stream, before)
  }

  #begin(name: string): Stream {
    const check = new StreamCheck((code, place, seq, message) => this.#report(code, place, name, seq, message))
    const stream: Stream = { check, process: null, ended: false, signed: null, isUnsigned: false, hashes: new Map() }
    this.#streams.set(name, stream)
    return stream
  }

  /** `before`: the previous record's hash; null: unknown. */
  #own(line: ChainedLine, stream: Stream, before: string | null): void {
    const own = readOwnRecord(line.text)
    const { seq, hash, place } = line
    if (own?.kind === 'stream') {
      stream.process = own.process
      stream.hashes.set(seq, hash)
      if (this.#records === 1) this.#before = own.after?.stream ?? null
      if (own.after !== null) this.#name({ ...own.after, place, isGone: false })
    }
    if (own?.kind !== 'checkpoint') return
    stream.hashes.set(seq, hash)
    if (own.end) stream.ended = true
    for (const head of own.streams) this.#name({ ...head, place, isGone: head.state === 'gone' })
    if (this.#options.keys.length > 0) this.#verify(line, stream, own, before)
  }

  #verify({ stream: name, seq, place }: ChainedLine, stream: Stream, own: CheckpointRecord, before: string | null): void {
    if (own.key === null || own.signature === null) {
      if (!stream.isUnsigned) this.#report('unsigned', place, name, seq, 'this checkpoint is not signed')
      stream.isUnsigned = true
      return
    }
    const key = this.#options.keys.find(({ kid }) => kid === own.key)
    if (key === undefined)
      return void this.#report('unknown-key', place, name, seq, `it is signed by \`${own.key}\`, which is not one of the keys`)
    const isSigned = verify(null, Buffer.from(own.signed), key.key, Buffer.from(own.signature, 'base64url'))
    // A valid signature for another position or log is refused.
    const isHere = own.head.stream === name && own.head.seq === seq - 1 && (before === null || own.head.hash === before)
    if (!isSigned || !isHere)
      this.#report('bad-signature', place, name, seq, 'the signature of this checkpoint does not match the records before it')
    else if (before !== null) stream.signed = seq - 1
  }

  #name(named: Named): void {
    const known = this.#named.get(named.stream)
    const last = known === undefined || named.seq > known.seq ? named : known
    // The process that comes next may name a later record, as it reads the file, and does not know what became of the process.
    this.#named.set(named.stream, { ...last, isGone: named.isGone || known?.isGone === true })
  }

  #judge(name: string, stream: Stream): void {
    const { check, ended } = stream
    check.end()
    const { last } = check
    if (last === null) return
    if (this.#options.keys.length > 0 && !ended && !stream.isUnsigned) {
      const left = stream.signed === null ? check.records : last.seq - stream.signed
      this.#note(name, `the last ${left} of its records are not signed`)
    }
    if (ended || this.#known.get(name)?.seq === last.seq) return
    if (this.#named.get(name)?.isGone)
      return void this.#note(name, 'its process was killed, as another record says: its last records may be missing')
    const message = `the stream has no last record: its process runs, was killed, or the records after ${last.seq} were cut off`
    if (this.#options.partial) this.#note(name, message)
    else this.#report('no-end', last.place, name, last.seq, message)
  }

  #judgeNamed({ stream: name, seq, hash, place }: Named): void {
    const stream = this.#streams.get(name)
    const where = `${place.file}:${place.line}`
    if (stream === undefined) {
      if (this.#known.has(name)) return
      const message = `a record names a stream \`${name}\` that is not in these files`
      // With a known predecessor, it is not an earlier stream.
      const mayBeBefore = name === this.#before || this.#options.partial || this.#isPart
      if (mayBeBefore && this.#known.size === 0) this.#note(name, message)
      else this.#report('missing-stream', place, name, null, message)
      return
    }
    const last = stream.check.last
    if (last !== null && last.seq < seq)
      return void this.#report('cut', last.place, name, last.seq, `the stream ends here, but ${where} names its record ${seq}`)
    const there = last?.seq === seq ? last.hash : stream.hashes.get(seq)
    if (there !== undefined && there !== hash)
      this.#report(
        'forked',
        place,
        name,
        seq,
        `it names a record ${seq} of the stream \`${name}\` that differs from the one in these files`,
      )
  }

  #judgeKnown({ stream: name, seq, ended }: KnownHead): void {
    const last = this.#streams.get(name)?.check.last
    if (last === undefined || last === null) {
      const message = `the stream \`${name}\`, which is known up to record ${seq}, is not in these files`
      // An ended one may be in a removed file.
      if (ended && this.#options.partial) this.#note(name, message)
      else this.#report('cut', this.#end, name, seq, message)
    } else if (last.seq < seq)
      this.#report('cut', last.place, name, last.seq, `the stream ends here, but is known up to record ${seq}`)
  }

  /** Whether earlier files are missing. */
  get #isPart(): boolean {
    return [...this.#streams.values()].some(({ check }) => check.first !== null && check.first.seq > 0)
  }

  #tornAt(part: Buffer, place: AuditPosition): void {
    const kept = this.#torn.reduce((sum, torn) => sum + torn.part.length, 0)
    if (this.#torn.length >= MOST_TORN || kept + part.length > MOST_TORN_BYTES) this.#unbound(place)
    else this.#torn.push({ part: Buffer.from(part), place })
  }

  /** Resolves truncated records that were repeated. */
  #mend(line: ChainedLine): void {
    const mended = this.#torn.filter(({ part }) => line.beginsWith(part))
    for (const { place } of mended)
      this.#note(
        line.stream,
        `${place.file}:${place.line} is the start of a record that could not be written completely, and that follows`,
      )
    if (mended.length > 0) this.#torn = this.#torn.filter((torn) => !mended.includes(torn))
  }

  #unbound(place: AuditPosition): void {
    this.#report('unchained', place, null, null, 'this line is not a record of a chain')
  }

  #note(stream: string | null, message: string): void {
    if (this.#notes.length < this.#options.most) this.#notes.push({ stream, message })
  }

  #report(code: FaultCode, place: AuditPosition, stream: string | null, seq: number | null, message: string): void {
    this.#faulty++
    // The first are listed: the rest of a damaged log adds nothing.
    if (this.#faults.length < 10 * this.#options.most) this.#faults.push({ code, ...place, stream, seq, message })
  }
}

function reportOf(name: string, { check, process, ended, signed }: Stream): StreamReport {
  const { first, last } = check
  return { stream: name, process, first: first?.seq ?? 0, seq: last?.seq ?? 0, hash: last?.hash ?? '', ended, signed }
}
