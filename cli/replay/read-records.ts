import { type LogRecord, readRecord } from '../../runtime/telemetry/audit/query/index.ts'
import { LineSplitter } from '../../runtime/telemetry/audit/verify/index.ts'
import { type LogReader, readLog } from '../audit/log-files.ts'
import type { Io } from '../io.ts'

/** Callback for each line of a log, with file name and line number. The record is null if the line is not an audit record. */
export type OnRecord = (record: LogRecord | null, file: string, line: number) => void

/** Reads audit records from log files, in the order in which they were written. A single `-` means standard input. */
export async function readRecords(io: Io, operands: readonly string[], onRecord: OnRecord): Promise<void> {
  if (operands.length === 1 && operands[0] === '-') {
    let line = 0
    for await (const text of io.stdin.lines()) {
      line++
      if (text !== '') onRecord(readRecord(text), '-', line)
    }
    return
  }
  await readLog(io, operands, numbering(onRecord))
}

function numbering(onRecord: OnRecord): LogReader {
  let lines = 0
  let ofFile = 0
  let file = ''
  const splitter = new LineSplitter((bytes, start, end) => {
    lines++
    ofFile++
    if (start !== end) onRecord(readRecord(bytes.toString('utf8', start, end)), file, ofFile)
  })
  return {
    begin(name) {
      file = name
      ofFile = 0
    },
    feed: (piece) => splitter.feed(piece),
    endFile: () => splitter.end(),
    get lines() {
      return lines
    },
  }
}
