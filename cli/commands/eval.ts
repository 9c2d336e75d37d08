import { resolve } from 'node:path'
import type { DataSnapshot, EvalAnswer, EvalRequest } from '../../runtime/abi/index.ts'
import { evaluate, instantiate, noData, type Policy, readBundle } from '../../runtime/policy/index.ts'
import { readBundleFile } from '../bundle-file.ts'
import { defineCommand } from '../command.ts'
import { readData } from '../eval/read-data.ts'
import { readValues } from '../eval/read-values.ts'
import { KEY } from '../flags.ts'
import type { Io } from '../io.ts'
import { readTrusted } from '../keys.ts'
import { buildPolicy } from '../project/build-policy.ts'
import { checkPaths } from '../project/check-paths.ts'
import { checkSummary, writeDiagnostics } from '../report.ts'
import { reasonOf, Stop } from '../stop.ts'

export const evaluation = defineCommand({
  name: 'eval',
  summary: 'decisions for requests as JSON',
  operands: 'BUNDLE|PATH…',
  takes: { least: 1, most: Number.POSITIVE_INFINITY },
  flags: {
    request: { type: 'string', short: 'r', value: 'FILE', help: 'the requests; standard input where left out' },
    data: { type: 'string', value: 'FILE', help: 'data for all requests: a JSON object from names to values' },
    key: KEY,
    'exit-code': { type: 'boolean', help: 'exit with 1 where a request is not permitted' },
  },
  more: `Requests are one JSON object, or one a line; answers are one a line, in the same order. A line that cannot be read gets an answer
with \`error\`, and the exit code is 2 at the end. A bundle is verified where --key is given. Data that a request brings itself counts instead of
that of --data.

  echo '{"method":"GET","url":"http://hello.localhost/"}' | iap eval policies`,
  async run(io, { flags, operands }) {
    const policy = await loadPolicy(io, operands, flags.key)
    if (policy === null) return 1
    const data = flags.data === undefined ? noData : readData(io, policy, flags.data)
    let refused = false
    let unreadable = false
    let count = 0
    for await (const asked of readValues(requestLines(io, flags.request))) {
      const answer = asked.ok
        ? answerTo(policy, data, asked.line, asked.value)
        : { error: { line: asked.line, message: asked.message } }
      io.stdout.write(`${JSON.stringify(answer)}\n`)
      count += 1
      if (io.stdout.gone) break
      if ('error' in answer) unreadable = true
      else if (answer.effect !== 'permit') refused = true
    }
    if (count === 0) io.stderr.write('there was no request\n')
    if (unreadable) return 2
    return refused && flags['exit-code'] ? 1 : 0
  },
})

interface Unanswered {
  readonly id?: string
  readonly error: { readonly line: number; readonly message: string }
}

/** A value that is no question is the asker's mistake and not the policy's refusal, so it gets no decision. */
function answerTo(policy: Policy, data: DataSnapshot, line: number, value: unknown): EvalAnswer | Unanswered {
  const answer = evaluate(policy, value as EvalRequest, { data })
  if (answer.code !== 'bad-eval-request') return answer
  return { ...(answer.id === undefined ? {} : { id: answer.id }), error: { line, message: answer.message ?? '' } }
}

/** From a bundle, or from sources; null where the sources have an error, which then is told. */
async function loadPolicy(io: Io, operands: readonly string[], keys: readonly string[]): Promise<Policy | null> {
  const [first] = operands
  if (operands.length === 1 && first?.endsWith('.iapb')) return await loadBundle(io, first, keys)
  if (keys.length > 0) throw new Stop('`--key` is for bundles: sources are not signed')
  const checked = checkPaths(io, operands)
  if (checked.model === null) {
    writeDiagnostics(io.stderr, checked.diagnostics)
    io.stderr.write(`nothing was decided: ${checkSummary(checked)}\n`)
    return null
  }
  return (await buildPolicy(checked.model, checked)).policy
}

async function loadBundle(io: Io, file: string, keys: readonly string[]): Promise<Policy> {
  const trusted = keys.length === 0 ? 'unverified' : readTrusted(io, keys)
  const read = await readBundle(readBundleFile(io, file), { keys: trusted })
  if (!read.ok) throw new Stop(`\`${file}\` is refused: ${read.message} (${read.code})`)
  if (trusted === 'unverified') io.stderr.write(`note: the signature of ${file} was not verified; --key KEY does that\n`)
  return instantiate(read.bundle)
}

function requestLines(io: Io, path: string | undefined): AsyncIterable<string> | Iterable<string> {
  if (path === undefined || path === '-') {
    if (io.stdin.terminal) io.stderr.write('reading requests from the terminal, one JSON object a line; end with ctrl-d\n')
    return io.stdin.lines()
  }
  try {
    const text = io.files.readText(resolve(io.cwd, path))
    if (text === null) throw new Stop(`\`${path}\` does not exist`)
    return text.split(/\r?\n/)
  } catch (error) {
    if (error instanceof Stop) throw error
    throw new Stop(`\`${path}\` cannot be read: ${reasonOf(error)}`)
  }
}
