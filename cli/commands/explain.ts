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
import { CliError } from '../cli-error.ts'
import { defineCommand } from '../command.ts'
import { type ReadData, readData } from '../eval/read-data.ts'
import { readValues } from '../eval/read-values.ts'
import { requestLines, unanswered } from '../eval/request-lines.ts'
import { explainRecords } from '../explain/explain-records.ts'
import { loadPolicy } from '../files/load-policy.ts'
import { FORMAT, KEY } from '../flags.ts'
import { paint } from '../style.ts'

export const explanation = defineCommand({
  name: 'explain',
  summary: 'Explain why requests are decided as they are',
  operands: 'BUNDLE|PATH… | LINE|FILE:N|-',
  takes: { least: 1, most: Number.POSITIVE_INFINITY },
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
lacks. With --format json each explanation is one line. A bundle is explained from the sources inside it. With --traced it
is explained from its code, which shows less and saves the time to check the sources.

With --bundle, the operands are lines of an audit log: the line itself, \`FILE:N\`, or \`-\` for standard input. Give the
bundle that made the decision, or a folder that contains it, such as \`bundle.state\` of the proxy. Values that the record
lacks are named.

  echo '{"method":"GET","url":"http://hello.localhost/"}' | iap explain policies
  iap explain var/audit.jsonl:7 --bundle shop.iapb`,
  async run(io, { flags, operands }) {
    if (flags.bundle !== undefined) {
      if (flags.traced || flags.request !== undefined)
        throw new CliError('`--bundle` cannot be combined with `--traced` or `--request`')
      const permitted = await explainRecords(io, operands, {
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
