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
  summary: 'decisions for requests as JSON',
  operands: 'BUNDLE|PATH…',
  takes: { least: 1, most: Number.POSITIVE_INFINITY },
  flags: {
    request: { type: 'string', short: 'r', value: 'FILE', help: 'the requests; standard input where left out' },
    data: { type: 'string', value: 'FILE', help: 'data for all requests: a JSON object from names to values' },
    key: KEY,
    'exit-code': { type: 'boolean', help: 'exit with 1 where a request is not permitted' },
  },
  more: `Requests are one JSON object, or one a line; answers are one a line, in the same order. A line that cannot be read \
gets an answer
with \`error\`, and the exit code is 2 at the end. A bundle is verified where --key is given. Data that a request brings \
itself counts instead of
that of --data.

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
    if (count === 0) io.stderr.write('there was no request\n')
    if (unreadable) return 2
    return refused && flags['exit-code'] ? 1 : 0
  },
})

function answerTo(policy: Policy, data: DataSnapshot, line: number, value: unknown): EvalAnswer | Unanswered {
  const answer = evaluate(policy, value as EvalRequest, { data })
  return unanswered(answer, line) ?? answer
}
