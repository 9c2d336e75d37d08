import { resolve } from 'node:path'
import { reasonOf } from '../../runtime/base/errors.ts'
import { CliError } from '../cli-error.ts'
import { kindOfFile } from '../files/read-file.ts'
import type { Io } from '../io.ts'
import { progressOf } from '../progress.ts'
import { logContent } from './log-content.ts'

/**
 * `FILE.20260302T090000.120Z`, the proxy's name for a rotated file; or `FILE.2`, of which the higher is the older. Either may be
 * compressed: `FILE.2.gz`.
 */
const ROTATED = /^(.*)\.(?:(\d{8}T\d{6}\.\d{3}Z)|(\d{1,4}))(?:\.gz)?$/

/**
 * Sorts log files by age: rotated files precede the file that they were split from. Files with different base names keep the
 * given order.
 */
export function inOrder(files: readonly string[]): readonly string[] {
  const parted = files.map((file) => {
    const [, base = file, stamp = '', number = ''] = ROTATED.exec(file) ?? []
    return { file, base, stamp, number: Number(number), rank: number !== '' ? 0 : stamp !== '' ? 1 : 2 }
  })
  const bases = [...new Set(parted.map(({ base }) => base))]
  return parted
    .sort(
      (a, b) =>
        bases.indexOf(a.base) - bases.indexOf(b.base) ||
        a.rank - b.rank ||
        b.number - a.number ||
        (a.stamp < b.stamp ? -1 : a.stamp > b.stamp ? 1 : 0),
    )
    .map(({ file }) => file)
}

export interface LogReader {
  begin(file: string): void
  feed(piece: Buffer): void
  endFile(): void
  /** The number of lines read so far. */
  readonly lines: number
}

/**
 * Reads log files piece by piece in the order in which they were written, compressed ones (gzip) too. Shows progress if the error
 * output is a terminal.
 *
 * @throws CliError if a file does not exist or cannot be read; whether all exist is checked before any is read
 */
export async function readLog(io: Io, operands: readonly string[], reader: LogReader): Promise<void> {
  const files = inOrder(operands)
  for (const file of files) if (kindOfFile(io, file) === null) throw new CliError(`\`${file}\` does not exist`)
  const total = files.reduce((sum, file) => sum + (io.files.size(resolve(io.cwd, file)) ?? 0), 0)
  const progress = progressOf(io)
  let read = 0
  function* counted(pieces: Iterable<Uint8Array>): Iterable<Uint8Array> {
    for (const piece of pieces) {
      read += piece.length
      yield piece
    }
  }
  for (const file of files) {
    reader.begin(file)
    try {
      for await (const piece of logContent(counted(io.files.pieces(resolve(io.cwd, file)) ?? []))) {
        reader.feed(piece)
        progress.report(() => `${barOf(read, total)} ${file}: ${reader.lines.toLocaleString('en')} lines`)
        if (io.stdout.gone) break
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error
      throw new CliError(`\`${file}\` cannot be read: ${reasonOf(error)}`)
    }
    reader.endFile()
  }
  progress.clear()
}

/** Returns a progress bar: `[█████░░░░░] 50 %`. */
export function barOf(read: number, total: number): string {
  const share = total > 0 ? Math.min(1, read / total) : 1
  const full = Math.floor(share * WIDTH)
  return `[${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}] ${String(Math.floor(share * 100)).padStart(3)} %`
}

const WIDTH = 24
