/** Mutations of constant timestamps and durations: a second more or less. */
import type { Call } from '../../../language/syntax/ast.ts'
import { durationOf, formatDuration, parseDuration } from '../../../runtime/abi/values/times/duration.ts'
import { formatTimestamp, parseTimestamp, timestampOf } from '../../../runtime/abi/values/times/timestamp.ts'
import { type Mutant, mutant, quoted } from './mutant.ts'

const SECOND = 1_000_000_000n

/** Mutates `timestamp("…")` and `duration("…")`. */
export function moveTime({ receiver, name, arguments: [text, ...others] }: Call): readonly Mutant[] {
  if (receiver !== null || text?.kind !== 'StringLiteral' || others.length > 0) return []
  return besides(name.text, text.value).map((moved) =>
    mutant('move-bound', text.span, `${quoted(text.span)} becomes \`"${moved}"\``, { span: text.span, text: `"${moved}"` }),
  )
}

function besides(name: string, text: string): readonly string[] {
  switch (name) {
    case 'timestamp':
      return near(parseTimestamp(text), timestampOf).map(formatTimestamp)
    case 'duration':
      return near(parseDuration(text), durationOf).map(formatDuration)
    default:
      return []
  }
}

/** Skips a value out of range. */
function near(at: bigint | undefined, inRange: (nanoseconds: bigint) => bigint | undefined): readonly bigint[] {
  if (at === undefined) return []
  return [at - SECOND, at + SECOND].filter((moved) => inRange(moved) !== undefined)
}
