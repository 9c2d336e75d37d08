import { escapeControls } from '../../../../base/log.ts'
import { recordIn } from '../../record-in.ts'
import { type LineTarget, lengthOf, linesIn, WriteError } from '../line-target.ts'
import { toOcsf } from './to-ocsf.ts'

/** Wraps a target to convert lines into OCSF events. The conversion takes place when lines are written, after the response. */
export function ocsfTarget(target: LineTarget): LineTarget {
  const { name, gather } = target
  return {
    name,
    ...(gather !== undefined && { gather }),
    get refused() {
      return target.refused ?? 0
    },
    async write(bytes) {
      const lines = linesIn(bytes)
      const events = lines.map((line) => `${escapeControls(JSON.stringify(toOcsf(recordIn(line))))}\n`)
      const written = Buffer.from(events.join(''))
      try {
        await target.write(written)
      } catch (error) {
        if (!(error instanceof WriteError)) throw error
        // Converts written events to written records.
        throw new WriteError(error.message, lengthOf(lines, countIn(written.subarray(0, error.written))), error.wait)
      }
    },
    reopen: () => target.reopen(),
    close: () => target.close(),
  }
}

const END = 0x0a

function countIn(bytes: Buffer): number {
  return bytes.reduce((lines, byte) => (byte === END ? lines + 1 : lines), 0)
}
