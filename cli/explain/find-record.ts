import { kindOf, type LogRecord, textAt } from '../../runtime/telemetry/audit/query/index.ts'
import { recentDecisions } from '../audit/recent-decisions.ts'
import { CliError } from '../cli-error.ts'
import { realPathOfFile } from '../files/read-file.ts'
import type { Io } from '../io.ts'
import { readRecords } from '../replay/read-records.ts'
import { count } from '../style.ts'

/**
 * Returns the record of the request with an id from audit logs, which may be rotated and compressed.
 *
 * @throws CliError if no record or several records have the id, or a file cannot be read
 */
export async function recordInLogs(io: Io, files: readonly string[], id: string): Promise<LogRecord> {
  const found: { readonly record: LogRecord; readonly place: string }[] = []
  const read = new RecordSpan()
  // A glob may name a file a second time.
  const once = new Map(files.map((file) => [realPathOfFile(io, file), file]))
  await readRecords(io, [...once.values()], (record, file, line) => {
    if (record === null || kindOf(record) !== 'request') return
    read.add(record)
    if (record.requestId === id && found.length < 2) found.push({ record, place: `${file}:${line}` })
  })
  const [first, second] = found
  if (first === undefined) throw missing(id, read, 'give the log of that time with `--log`, and the files that were rotated')
  if (second !== undefined)
    throw new CliError(
      `two records have the request id \`${id}\`: \`${first.place}\` and \`${second.place}\``,
      `explain one of them: \`iap explain ${first.place} --bundle BUNDLE\``,
    )
  return first.record
}

/**
 * Returns the record of the request with an id from the recent decisions of a running proxy. It lacks the values that conditions
 * read.
 *
 * @throws CliError if no record or several records have the id, or the proxy does not answer
 */
export async function recordAtProxy(io: Io, url: string, id: string): Promise<LogRecord> {
  const [record, second] = await recentDecisions(io, url, new URLSearchParams({ requestId: id }))
  if (record === undefined) {
    const read = new RecordSpan()
    for (const each of await recentDecisions(io, url)) read.add(each)
    throw missing(id, read, 'the proxy keeps recent decisions only: look for it in the audit log with `--log FILE`')
  }
  if (second !== undefined)
    throw new CliError(
      `the proxy has two records with the request id \`${id}\``,
      `look at them: \`iap audit query FILE… --request-id ${id}\``,
    )
  return record
}

/** The number of records, and the times of the first and the last one. */
class RecordSpan {
  #records = 0
  #first: string | null = null
  #last: string | null = null

  add(record: LogRecord): void {
    const time = textAt(record, 'time')
    this.#records++
    if (time === null) return
    if (this.#first === null || time < this.#first) this.#first = time
    if (this.#last === null || time > this.#last) this.#last = time
  }

  toString(): string {
    const span = this.#first === null ? '' : `, from ${this.#first} to ${this.#last}`
    return `${count(this.#records, 'record')} of requests were read${span}`.replace(
      /^1 record of requests were/,
      '1 record of a request was',
    )
  }
}

function missing(id: string, read: RecordSpan, help: string): CliError {
  return new CliError(`no request has the id \`${id}\`: ${read}`, help)
}
