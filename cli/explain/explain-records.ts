import { showExplanation } from '../../compiler/project/index.ts'
import { type LogRecord, textAt } from '../../runtime/telemetry/audit/query/index.ts'
import { ReplayError, Replayer } from '../../runtime/telemetry/replay/index.ts'
import { CliError } from '../cli-error.ts'
import type { Io } from '../io.ts'
import { readHashKey } from '../replay/read-hash-key.ts'
import { readVersionedData } from '../replay/versioned-data.ts'
import { paint } from '../style.ts'
import { bundlesAt } from './bundle-of-revision.ts'
import { explainRecorded } from './explain-recorded.ts'

export interface ExplainRecords {
  readonly bundle: string
  readonly data: readonly string[]
  readonly anyRevision: boolean
  readonly hashKey: string | undefined
  readonly keys: readonly string[]
  readonly values: boolean
  readonly json: boolean
}

/**
 * Writes an explanation for each audit record, by the bundle with the record's revision. Returns whether all requests
 * were permitted.
 *
 * @throws CliError if no policy decided a request
 */
export async function explainRecords(
  io: Io,
  records: AsyncIterable<LogRecord> | Iterable<LogRecord>,
  wants: ExplainRecords,
): Promise<boolean> {
  const bundleOf = bundlesAt(io, wants.bundle, wants.keys, wants.anyRevision)
  const data = readVersionedData(io, wants.data)
  const json = Object.fromEntries(Object.entries(data).map(([name, datum]) => [name, datum.json]))
  let permitted = true
  let count = 0
  for await (const record of records) {
    const revision = textAt(record, 'revision')
    if (revision === null)
      throw new CliError('no policy decided this request', '`code` and `detail` of the record say why it was refused')
    const loaded = await bundleOf(revision)
    for (const [name, { version }] of Object.entries(data)) {
      const decided = textAt(record, `data.${name}`)
      if (decided !== null && decided !== version)
        io.stderr.write(
          `note: \`${name}\` has version ${version}, but version ${decided} made this decision: ` +
            'results that depend on it are unknown\n',
        )
    }
    const key = readHashKey(io, wants.hashKey, loaded, data)
    const { explanation, lacking, disagrees } = explainRecorded(
      loaded,
      replayerOf(loaded.policy, { data, key }),
      record,
      json,
      wants.values,
    )
    if (explanation.answer.effect !== 'permit') permitted = false
    count++
    if (wants.json) io.stdout.write(`${JSON.stringify({ ...explanation, lacking })}\n`)
    else {
      const lines = showExplanation(explanation, paint(io.stdout))
      io.stdout.write(count > 1 ? `\n${lines}` : lines)
      if (lacking.length > 0)
        io.stdout.write(
          `  the record lacks ${lacking.map((path) => `\`${path}\``).join(', ')}: results that depend on them are unknown\n`,
        )
    }
    if (disagrees)
      io.stderr.write(
        `note: the record says \`${textAt(record, 'effect')}\`, but this policy decides \`${explanation.answer.effect}\`\n`,
      )
  }
  if (count === 0) io.stderr.write('the input has no records\n')
  return permitted
}

function replayerOf(...[policy, options]: ConstructorParameters<typeof Replayer>): Replayer {
  try {
    return new Replayer(policy, options)
  } catch (error) {
    if (error instanceof ReplayError) throw new CliError(`records cannot be explained: ${error.message}`)
    throw error
  }
}
