/** The decisions of a recorded log as a file, one JSON object a line, to compare later policies with. */
import { type LogRecord, textAt } from '../../runtime/telemetry/audit/query/index.ts'
import { type Decided, decidedIn, type Replayed } from '../../runtime/telemetry/replay/index.ts'
import { CliError } from '../cli-error.ts'

/** A decision of a snapshot. */
export interface SnapshotEntry {
  /** The record's request ID, or else its file and line; with `#2` and so on if that is taken. Unique in a snapshot. */
  readonly record: string
  /** Method, host and path. */
  readonly request: string
  /** The decision in words: `deny orders.refund (default)`, `undetermined: needs caller.department`. */
  readonly decision: string
}

export interface SnapshotDifference {
  readonly record: string
  readonly request: string
  /** Null if the snapshot lacks the record. */
  readonly before: string | null
  /** Null if the log lacks the record. */
  readonly after: string | null
}

/** Collects the decisions of a log, in its order. */
export class SnapshotWriter {
  private readonly counts = new Map<string, number>()
  private readonly names = new Set<string>()
  readonly entries: SnapshotEntry[] = []

  /** Adds a replayed record. Requests that no policy decided are left out. */
  add(record: LogRecord, replayed: Replayed, place: string): void {
    const decided = replayed.kind === 'changed' ? replayed.after : decidedIn(record)
    if (replayed.kind === 'undecided' || decided === null) return
    const name = textAt(record, 'requestId') ?? place
    this.entries.push({
      record: this.uniqueName(name),
      request: `${textAt(record, 'method') ?? ''} ${textAt(record, 'host') ?? ''}${textAt(record, 'path') ?? ''}`,
      decision: replayed.kind === 'undetermined' ? `undetermined: needs ${replayed.needs}` : inWords(decided),
    })
  }

  /** An ID may itself end in `#2`. */
  private uniqueName(name: string): string {
    let count = this.counts.get(name) ?? 0
    let unique: string
    do {
      count += 1
      unique = count === 1 ? name : `${name}#${count}`
    } while (this.names.has(unique))
    this.counts.set(name, count)
    this.names.add(unique)
    return unique
  }
}

/** The deciding rules are left out: a decision by another rule is the same. */
function inWords({ effect, route, reason, challenge, headers, limits }: Decided): string {
  const why = challenge === null ? reason : challenge.map(({ what }) => what).join(', ')
  const obligations = [...list('header', headers), ...list('limit', limits)]
  return [effect, route ?? 'no route', ...(why === null ? [] : [`(${why})`]), ...obligations].join(' ')
}

function list(what: string, names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [`${what} ${names.join(', ')}`]
}

export function snapshotText(entries: readonly SnapshotEntry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
}

/**
 * Reads a snapshot.
 *
 * @param file its name in messages
 * @throws CliError if a line is not an entry, or two are of the same record
 */
export function readSnapshot(text: string, file: string): readonly SnapshotEntry[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  const seen = new Set<string>()
  return lines.map((line, at) => {
    const entry = entryIn(line)
    const refuse = (why: string) => new CliError(`\`${file}:${at + 1}\`: ${why}`, 'write the snapshot again with `--update`')
    if (entry === null) throw refuse('expected an object with `record`, `request` and `decision`')
    if (seen.has(entry.record)) throw refuse(`an earlier line has the record \`${entry.record}\` too`)
    seen.add(entry.record)
    return entry
  })
}

function entryIn(line: string): SnapshotEntry | null {
  try {
    const { record, request, decision } = JSON.parse(line) as Readonly<Record<string, unknown>>
    const isEntry = typeof record === 'string' && typeof request === 'string' && typeof decision === 'string'
    return isEntry ? { record, request, decision } : null
  } catch {
    return null
  }
}

/** Returns the differences: changed and added records in the order of the log, then those that the log lacks. */
export function compareSnapshots(
  before: readonly SnapshotEntry[],
  after: readonly SnapshotEntry[],
): readonly SnapshotDifference[] {
  const known = new Map(before.map((entry) => [entry.record, entry]))
  const now = new Set(after.map(({ record }) => record))
  const changed = after.flatMap(({ record, request, decision }): readonly SnapshotDifference[] => {
    const old = known.get(record)
    if (old?.decision === decision && old.request === request) return []
    return [{ record, request, before: old?.decision ?? null, after: decision }]
  })
  const lacking = before.filter(({ record }) => !now.has(record))
  return [...changed, ...lacking.map(({ record, request, decision }) => ({ record, request, before: decision, after: null }))]
}
