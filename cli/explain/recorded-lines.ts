import { resolve } from 'node:path'
import { reasonOf } from '../../runtime/base/errors.ts'
import { kindOf, type LogRecord, readRecord } from '../../runtime/telemetry/audit/query/index.ts'
import { LineSplitter } from '../../runtime/telemetry/audit/verify/index.ts'
import { logContent } from '../audit/log-content.ts'
import { CliError } from '../cli-error.ts'
import type { Io } from '../io.ts'

/**
 * Yields the audit records that operands denote. An operand is a record as JSON, `FILE:N` for line N of a file, or `-` for all
 * lines of standard input.
 */
export async function* recordedLines(io: Io, operands: readonly string[]): AsyncGenerator<LogRecord> {
  for (const operand of operands) {
    if (operand === '-') {
      for await (const line of io.stdin.lines()) if (line.trim() !== '') yield recordIn(line, 'a line of standard input')
    } else if (operand.trimStart().startsWith('{')) yield recordIn(operand, 'the line')
    else yield await lineOf(io, operand)
  }
}

async function lineOf(io: Io, operand: string): Promise<LogRecord> {
  const [, path = '', number = ''] = /^(.+):([1-9]\d{0,14})$/s.exec(operand) ?? []
  if (path === '')
    throw new CliError(
      `\`${operand}\` is not a line of an audit log`,
      'write `FILE:N`, the line itself, or `-` for standard input',
    )
  let found: string | null = null
  try {
    const pieces = io.files.pieces(resolve(io.cwd, path))
    if (pieces === null) throw new CliError(`\`${path}\` does not exist`, 'write `FILE:N` with the path of an audit log')
    let left = Number(number)
    const splitter = new LineSplitter((bytes, start, end) => {
      if (--left === 0) found = bytes.toString('utf8', start, end)
    })
    for await (const piece of logContent(pieces)) {
      splitter.feed(piece)
      if (left <= 0) break
    }
    if (left > 0) splitter.end()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
    throw new CliError(`\`${path}\` cannot be read: ${reasonOf(error)}`)
  }
  if (found === null)
    throw new CliError(`\`${path}\` has no line ${number}`, 'lines are counted from 1; give the number of a line in the file')
  return recordIn(found, `\`${operand}\``)
}

function recordIn(text: string, what: string): LogRecord {
  const record = readRecord(text)
  if (record === null)
    throw new CliError(`${what} is not a record of an audit log`, 'give a line that the proxy wrote, in the format `iap`')
  if (kindOf(record) !== 'request')
    throw new CliError(`${what} is not a record of a request`, 'only records of requests can be explained')
  return record
}
