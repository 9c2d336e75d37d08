import type { EvalAnswer, EvalRequest } from '../../runtime/abi/index.ts'
import { type DataSnapshot, evaluate, noData, type Policy } from '../../runtime/policy/index.ts'
import { defineCommand } from '../command.ts'
import { readData } from '../eval/read-data.ts'
import { readValues } from '../eval/read-values.ts'
import { requestLines, type Unanswered, unanswered } from '../eval/request-lines.ts'
import { loadPolicy } from '../files/load-policy.ts'
import { KEY } from '../flags.ts'

export const evaluation = defineCommand({
  name: 'eval',
  summary: 'Decide requests that are given as JSON',
  operands: 'BUNDLE|PATH…',
  takes: { least: 1, most: Number.POSITIVE_INFINITY },
  flags: {
    request: { type: 'string', short: 'r', value: 'FILE', help: 'Read the requests from FILE (default: standard input)' },
    data: { type: 'string', value: 'FILE', help: 'Read data for all requests from FILE: a JSON object of values by name' },
    key: KEY,
    'exit-code': { type: 'boolean', help: 'Exit with 1 if a request is not permitted' },
  },
  more: `The input is one JSON object, or one object a line. The output has one answer a line, in the same order. A line
that cannot be read gets an answer with \`error\`, and the command exits with 2. With --key, the signature of a bundle is
verified. Data inside a request override those of --data.

  echo '{"method":"GET","url":"http://hello.localhost/"}' | iap eval policies`,
  async run(io, { flags, operands }) {
    const loaded = await loadPolicy(io, operands, flags.key, 'decided')
    if (loaded === null) return 1
    const { policy } = loaded
    const data = flags.data === undefined ? noData : readData(io, policy, flags.data).snapshot
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
    if (count === 0) io.stderr.write('the input has no requests\n')
    if (unreadable) return 2
    return refused && flags['exit-code'] ? 1 : 0
  },
})

function answerTo(policy: Policy, data: DataSnapshot, line: number, value: unknown): EvalAnswer | Unanswered {
  const answer = evaluate(policy, value as EvalRequest, { data })
  return unanswered(answer, line) ?? answer
}
