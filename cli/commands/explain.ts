import {
  type ExplanationJson,
  explainAnswer,
  explainTraced,
  type LoadedPolicy,
  showExplanation,
  type TracedJson,
} from '../../compiler/project/index.ts'
import type { EvalAnswer, EvalRequest } from '../../runtime/abi/index.ts'
import { type DataSnapshot, evaluate, noData } from '../../runtime/policy/index.ts'
import type { LogRecord } from '../../runtime/telemetry/audit/query/index.ts'
import { ABOUT_TOKEN, ADMIN } from '../admin-client.ts'
import { CliError } from '../cli-error.ts'
import { defineCommand } from '../command.ts'
import { type ReadData, readData } from '../eval/read-data.ts'
import { readValues } from '../eval/read-values.ts'
import { requestLines, unanswered } from '../eval/request-lines.ts'
import { explainRecords } from '../explain/explain-records.ts'
import { recordAtProxy, recordInLogs } from '../explain/find-record.ts'
import { recordedLines } from '../explain/recorded-lines.ts'
import { loadPolicy } from '../files/load-policy.ts'
import { FORMAT, KEY } from '../flags.ts'
import type { Io } from '../io.ts'
import { paint } from '../style.ts'

export const explanation = defineCommand({
  name: 'explain',
  summary: 'Explain why requests are decided as they are',
  operands: 'BUNDLE|PATH… | LINE|FILE:N|-',
  takes: { least: 0, most: Number.POSITIVE_INFINITY },
  flags: {
    request: { type: 'string', short: 'r', value: 'FILE', help: 'Read the requests from FILE (default: standard input)' },
    data: {
      type: 'string',
      multiple: true,
      value: 'FILE',
      help: 'Read data for all requests from FILE, a JSON object of values by name; with --bundle, `NAME=FILE` for one datum',
    },
    bundle: {
      type: 'string',
      value: 'BUNDLE|FOLDER',
      help: 'Explain lines of an audit log with the bundle, or a folder of bundles, that decided them',
    },
    id: { type: 'string', value: 'ID', help: 'With --bundle: explain the request with this id, from --log or --admin' },
    log: { type: 'string', multiple: true, value: 'FILE', help: 'With --id: audit log; operands are further files of it' },
    admin: { ...ADMIN, help: 'With --id: admin address of a running proxy, which holds recent decisions' },
    'any-revision': { type: 'boolean', help: 'With --bundle: also explain decisions of other revisions' },
    'hash-key': { type: 'string', value: 'FILE', help: 'With --bundle: file that holds the secret of `audit.redact.key`' },
    values: { type: 'boolean', help: 'Show the values that conditions read; they may be secrets of the caller' },
    traced: { type: 'boolean', help: 'Explain from the compiled code alone, without checking sources' },
    key: KEY,
    format: FORMAT,
    'exit-code': { type: 'boolean', help: 'Exit with 1 if a request is not permitted' },
  },
  more: `Requests have the format of \`iap eval\`. For each request the output shows the answer, the result of every rule on
the route and of each of its clauses (✓ true, ✗ false, ! failed to evaluate, · not evaluated), and what the nearest permit
lacks. A request without a route shows the nearest routes. With --format json each explanation is one line. A
bundle is explained from the sources inside it. With --traced it is explained from its code, which shows less and saves the
time to check the sources.

With --bundle, the operands are lines of an audit log: the line itself, \`FILE:N\`, or \`-\` for standard input. Give the
bundle that made the decision, or a folder that contains it, such as \`bundle.state\` of the proxy. Values that the record
lacks are named.

With --id, the record is found by the id of the request, which refused callers and services get as \`x-iap-request-id\`. Files
of the log may be rotated and compressed (gzip). A running proxy holds recent decisions without the values that conditions
read, so that the results of such conditions are unknown. ${ABOUT_TOKEN}

  echo '{"method":"GET","url":"http://hello.localhost/"}' | iap explain policies
  iap explain var/audit.jsonl:7 --bundle shop.iapb
  iap explain --id 1c0f7f4e-0b1d-4e53-8a6e-2f9d2d1c7b11 --bundle var --log var/audit.jsonl*`,
  async run(io, { flags, operands }) {
    const { id, log, admin } = flags
    if (id === undefined && (log.length > 0 || admin !== undefined)) throw new CliError('`--log` and `--admin` need `--id`')
    if (id !== undefined && flags.bundle === undefined)
      throw new CliError(
        '`--id` needs `--bundle`',
        'give the bundle that decided, or a folder of bundles: `bundle.state` of the proxy',
      )
    if (id === undefined && operands.length === 0)
      throw new CliError('`iap explain` needs BUNDLE|PATH… or `--id`', 'see `iap explain --help`')
    if (flags.bundle !== undefined) {
      if (flags.traced || flags.request !== undefined)
        throw new CliError('`--bundle` cannot be combined with `--traced` or `--request`')
      const records = id === undefined ? recordedLines(io, operands) : [await recordOf(io, id, { log, admin, operands })]
      const permitted = await explainRecords(io, records, {
        ...{ bundle: flags.bundle, data: flags.data, anyRevision: flags['any-revision'], hashKey: flags['hash-key'] },
        ...{ keys: flags.key, values: flags.values, json: flags.format === 'json' },
      })
      return !permitted && flags['exit-code'] ? 1 : 0
    }
    if (flags['any-revision'] || flags['hash-key'] !== undefined)
      throw new CliError('`--any-revision` and `--hash-key` need `--bundle`')
    const [file, another] = flags.data
    if (another !== undefined) throw new CliError('`--data` is given twice', 'put all data into one file')
    const loaded = await loadPolicy(io, operands, flags.key, 'explained')
    if (loaded === null) return 1
    const { policy } = loaded
    if (flags.traced && flags.values)
      throw new CliError('`--traced` cannot be combined with `--values`', 'compiled code does not record values')
    const data = file === undefined ? { json: {}, snapshot: noData } : readData(io, policy, file)
    const explain = flags.traced ? byCode(loaded, data.snapshot) : bySources(loaded, data, flags.values)
    const json = flags.format === 'json'
    if (!json) io.stderr.write(`revision ${policy.revision}\n`)
    let unreadable = false
    let refused = false
    let count = 0
    for await (const asked of readValues(requestLines(io, flags.request))) {
      const request = asked.ok ? (asked.value as EvalRequest) : null
      const told = request && explain(request)
      const error = asked.ok
        ? told && unanswered(told.answer, asked.line)
        : { error: { line: asked.line, message: asked.message } }
      count += 1
      if (request === null || told === null || error !== null) {
        unreadable = true
        if (json) io.stdout.write(`${JSON.stringify(error)}\n`)
        else io.stderr.write(`line ${asked.line}: ${error?.error.message}\n`)
        continue
      }
      const why = told.why()
      if (told.answer.effect !== 'permit') refused = true
      if (why === null) throw disagreement(operands[0] as string, request)
      io.stdout.write(json ? `${JSON.stringify(why)}\n` : `${count > 1 ? '\n' : ''}${showExplanation(why, paint(io.stdout))}`)
      if (io.stdout.gone) break
    }
    if (count === 0) io.stderr.write('the input has no requests\n')
    if (unreadable) return 2
    return refused && flags['exit-code'] ? 1 : 0
  },
})

interface RecordSource {
  readonly log: readonly string[]
  readonly admin: string | undefined
  readonly operands: readonly string[]
}

async function recordOf(io: Io, id: string, { log, admin, operands }: RecordSource): Promise<LogRecord> {
  if ((admin === undefined) === (log.length === 0))
    throw new CliError(
      '`--id` needs either `--log` or `--admin`',
      'give `--log FILE` for an audit log, or `--admin URL` for a proxy',
    )
  if (admin === undefined) return await recordInLogs(io, [...log, ...operands], id)
  if (operands.length > 0) throw new CliError(`\`--admin\` takes no operand \`${operands[0]}\``, 'operands are files of `--log`')
  return await recordAtProxy(io, admin, id)
}

interface Told {
  readonly answer: EvalAnswer
  /** Null if the sources disagree. */
  why(): ExplanationJson | TracedJson | null
}

function byCode(loaded: LoadedPolicy, data: DataSnapshot): (request: EvalRequest) => Told {
  return (request) => {
    const why = explainTraced(loaded, request, { data })
    return { answer: why.answer, why: () => why }
  }
}

function bySources(loaded: LoadedPolicy, data: ReadData, values: boolean): (request: EvalRequest) => Told {
  const { policy } = loaded
  const explained = loaded.explained()
  return (request) => {
    const answer = evaluate(policy, request, { data: data.snapshot })
    const whole = { ...request, data: { ...data.json, ...request.data } }
    return { answer, why: () => explainAnswer(explained, policy, whole, answer, values) }
  }
}

/** A disagreement with sources is our bug; a bundle may be of another version, or not match its sources. */
function disagreement(operand: string, request: EvalRequest): Error {
  if (!operand.endsWith('.iapb'))
    return new Error(
      `the explanation does not match the decision: this is a bug in iap; report it with the request ${JSON.stringify(request)}`,
    )
  return new CliError(`\`${operand}\` decides differently from its sources`, 'rebuild the bundle, or explain its source files')
}
