import type { KnownHead } from '../../runtime/telemetry/audit/verify/index.ts'
import { CliError } from '../cli-error.ts'
import { readTextIfThere } from '../files/read-file.ts'
import type { Io } from '../io.ts'

const HASH = /^[\w-]{43}$/

/**
 * Reads the values of `--head`, which state what an audit log must still contain. A value is the hash of a record, or a file with
 * the JSON output of an earlier `iap audit verify`.
 */
export function readHeads(
  io: Io,
  words: readonly string[],
): { readonly heads: readonly KnownHead[]; readonly hashes: readonly string[] } {
  const hashes = words.filter((word) => HASH.test(word))
  const heads = words.filter((word) => !HASH.test(word)).flatMap((word) => headsIn(io, word))
  return { heads, hashes }
}

function headsIn(io: Io, path: string): readonly KnownHead[] {
  const text = readTextIfThere(io, path)
  if (text === null)
    throw new CliError(
      `\`--head ${path}\` is neither the hash of a record nor a file`,
      'give a hash of 43 characters, or the saved output of `iap audit verify --format json`',
    )
  const streams = streamsIn(text)
  if (streams === null)
    throw new CliError(
      `\`${path}\` is not a report of \`iap audit verify --format json\``,
      'save the output of that command to a file, and give the file',
    )
  return streams
}

function streamsIn(text: string): readonly KnownHead[] | null {
  try {
    const { streams } = JSON.parse(text) as { readonly streams?: unknown }
    return Array.isArray(streams) && streams.every(isHead) ? streams : null
  } catch {
    return null
  }
}

function isHead(value: unknown): value is KnownHead {
  if (typeof value !== 'object' || value === null) return false
  const { stream, seq, hash, ended } = value as { readonly [member: string]: unknown }
  return typeof stream === 'string' && Number.isSafeInteger(seq) && typeof hash === 'string' && typeof ended === 'boolean'
}
