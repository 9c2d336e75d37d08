import { type LogRecord, readRecord } from '../../runtime/telemetry/audit/query/index.ts'
import { LineSplitter } from '../../runtime/telemetry/audit/verify/index.ts'
import type { LogReader } from './log-files.ts'

/**
 * Creates a reader of log files that parses each line that is not empty as an audit record.
 *
 * @param onRecord receives each line with its record; null if the line is not a record
 */
export function recordReader(onRecord: (record: LogRecord | null, text: string) => void): LogReader {
  let lines = 0
  const splitter = new LineSplitter((bytes, start, end) => {
    lines++
    if (start === end) return
    const text = bytes.toString('utf8', start, end)
    onRecord(readRecord(text), text)
  })
  return {
    begin() {},
    feed: (piece) => splitter.feed(piece),
    endFile: () => splitter.end(),
    get lines() {
      return lines
    },
  }
}
