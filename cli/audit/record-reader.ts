import { type LogRecord, readRecord } from '../../runtime/telemetry/audit/query/index.ts'
import { LineSplitter } from '../../runtime/telemetry/audit/verify/index.ts'
import type { LogReader } from './log-files.ts'

/** Returns a line handler that calls back with each line and its record; null if the line is not a record. */
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
