import type { LoadedPolicy } from '../../compiler/project/index.ts'
import { kindOf, textAt } from '../../runtime/telemetry/audit/query/index.ts'
import { type HashKey, ReplayError, Replayer, ReplayReport } from '../../runtime/telemetry/replay/index.ts'
import { CliError } from '../cli-error.ts'
import { defineCommand } from '../command.ts'
import { loadPolicy } from '../files/load-policy.ts'
import { readTextFile } from '../files/read-file.ts'
import { checkOutputs, type NamedFile, writeOutput } from '../files/write-output.ts'
import { FORMAT, KEY, wholeNumber } from '../flags.ts'
import type { Io } from '../io.ts'
import { readHashKey } from '../replay/read-hash-key.ts'
import { readRecords } from '../replay/read-records.ts'
import { showReport } from '../replay/show-report.ts'
import { showSnapshot } from '../replay/show-snapshot.ts'
import { compareSnapshots, readSnapshot, type SnapshotEntry, SnapshotWriter, snapshotText } from '../replay/snapshot.ts'
import { readVersionedData, type VersionedDatum } from '../replay/versioned-data.ts'
import { writeJson } from '../report.ts'
import { count, paint } from '../style.ts'

export const replay = defineCommand({
  name: 'replay',
  summary: 'Show which recorded decisions another policy would change',
  operands: 'AUDIT…|-',
  takes: { least: 1, most: Number.POSITIVE_INFINITY },
  flags: {
    against: { type: 'string', value: 'BUNDLE|PATH', help: 'Policy to decide with (required)' },
    data: {
      type: 'string',
      multiple: true,
      value: 'NAME=FILE',
      help: 'Datum of the policy; records decided with another version of it lack its value',
    },
    'any-data': { type: 'boolean', help: 'Use the data for all records, whichever version decided them' },
    'hash-key': {
      type: 'string',
      value: 'FILE',
      help: 'File that holds the secret of `audit.redact.key`, to compare hashed values',
    },
    key: KEY,
    samples: { type: 'string', value: 'N', help: 'Number of records to list for each change (default: 3)' },
    'allow-changes': { type: 'boolean', help: 'Exit with 0 even if decisions change' },
    snapshot: { type: 'string', value: 'FILE', help: 'Compare the decisions with those in FILE, not with the recorded ones' },
    update: { type: 'boolean', help: 'Write the decisions to the file of --snapshot' },
    strict: { type: 'boolean', help: 'Exit with 1 also if a decision is undetermined' },
    format: FORMAT,
  },
  more: `Each recorded decision is made again by the other policy. The decision is the same, changed, or undetermined if the
record lacks a value that the other policy reads. Give rotated files in the order in which they were written.

With --snapshot, the decisions are compared with a file that an earlier run wrote with --update. The rules that decide are
not compared.

Exit code 1: a decision changes, or differs from the snapshot, without --allow-changes.

  iap replay var/audit.jsonl* --against next.iapb
  iap replay audit.jsonl --against policies --snapshot decisions.jsonl`,
  async run(io, { flags, operands }) {
    if (flags.against === undefined)
      throw new CliError('`iap replay` needs `--against BUNDLE|PATH`', 'give the policy to decide with: `--against next.iapb`')
    if (flags.update && flags.snapshot === undefined)
      throw new CliError('`--update` needs `--snapshot FILE`', 'name the file to write')
    if (flags.update && flags.snapshot !== undefined)
      checkOutputs(io, [{ path: flags.snapshot, by: '--snapshot' }], inputsOf(operands, flags))
    const samples = wholeNumber('samples', flags.samples, 3)
    const loaded = await loadPolicy(io, [flags.against], flags.key, 'replayed')
    if (loaded === null) return 1
    const data = readVersionedData(io, flags.data)
    const key = readHashKey(io, flags['hash-key'], loaded, data)
    const replayer = replayerOf(loaded, { data, key, anyVersion: flags['any-data'] }, flags.against)
    const report = new ReplayReport(samples)
    const snapshot = new SnapshotWriter()
    await readRecords(io, operands, (record, file, line) => {
      if (record === null) report.unreadable()
      else if (kindOf(record) !== 'request') report.passOver()
      else {
        const replayed = replayer.replay(record)
        report.add(replayed, { requestId: textAt(record, 'requestId'), file, line })
        if (flags.snapshot !== undefined) snapshot.add(record, replayed, `${file}:${line}`)
      }
    })
    const found = report.report()
    if (flags.snapshot !== undefined) {
      const isSame = answerSnapshot(io, { ...flags, file: flags.snapshot }, snapshot.entries, loaded.policy.revision)
      noteUnreadable(io, found.unreadable)
      return (isSame || flags['allow-changes']) && !(flags.strict && found.undetermined > 0) ? 0 : 1
    }
    if (flags.format === 'json') writeJson(io.stdout, { revision: loaded.policy.revision, ...found })
    else {
      io.stderr.write(`against revision ${loaded.policy.revision}\n`)
      io.stdout.write(showReport(found, paint(io.stdout)))
    }
    noteUnreadable(io, found.unreadable)
    if (found.changed > 0 && !flags['allow-changes']) return 1
    return found.undetermined > 0 && flags.strict ? 1 : 0
  },
})

/** Returns the files that the command reads, which no snapshot may replace. */
function inputsOf(
  operands: readonly string[],
  flags: {
    readonly against: string | undefined
    readonly data: readonly string[]
    readonly 'hash-key': string | undefined
    readonly key: readonly string[]
  },
): readonly NamedFile[] {
  return [
    ...operands.filter((path) => path !== '-').map((path) => ({ path, by: 'an operand' })),
    ...[flags.against ?? []].flat().map((path) => ({ path, by: '--against' })),
    ...flags.data.map((word) => ({ path: word.slice(word.indexOf('=') + 1), by: '--data' })),
    ...[flags['hash-key'] ?? []].flat().map((path) => ({ path, by: '--hash-key' })),
    ...flags.key.map((path) => ({ path, by: '--key' })),
  ]
}

function noteUnreadable({ stderr }: Io, unreadable: number): void {
  if (unreadable > 0) stderr.write(`${count(unreadable, 'line')} skipped: not a record\n`)
}

/** Compares the decisions with a snapshot, or writes them to it. Returns whether they are the same now. */
function answerSnapshot(
  io: Io,
  { file, update, format }: { readonly file: string; readonly update: boolean; readonly format: string | undefined },
  entries: readonly SnapshotEntry[],
  revision: string,
): boolean {
  if (update) {
    writeOutput(io, file, snapshotText(entries))
    io.stderr.write(`\`${file}\`: ${count(entries.length, 'decision')} written\n`)
    return true
  }
  const before = readSnapshot(readTextFile(io, file, 'write it with `--update`'), file)
  const differences = compareSnapshots(before, entries)
  if (format === 'json') writeJson(io.stdout, { revision, decisions: entries.length, differences })
  else io.stdout.write(showSnapshot(differences, entries.length, paint(io.stdout)))
  return differences.length === 0
}

interface Given {
  readonly data: Readonly<Record<string, VersionedDatum>>
  readonly key: HashKey | null
  readonly anyVersion: boolean
}

function replayerOf({ policy }: LoadedPolicy, given: Given, operand: string): Replayer {
  try {
    return new Replayer(policy, given)
  } catch (error) {
    if (error instanceof ReplayError) throw new CliError(`\`${operand}\`: ${error.message}`)
    throw error
  }
}
