import { type Answer, askRaw } from '../../tests/fronts/ask.ts'
import { HOST, type Outcome, type Stand } from '../../tests/fronts/stand.ts'
import type { InteropRun } from './interop-run.ts'

/** A case of one front, besides those that hold for all fronts. */
export type OwnCase = readonly [name: string, body: () => Promise<void>]

/** Runs the cases, and reports for each what clients got and what reached the service. */
export async function runOwnCases(run: InteropRun, stand: Stand, cases: readonly OwnCase[]): Promise<void> {
  for (const [name, body] of cases) {
    await run.check(`${stand.front.name}: own: ${name}`, body)
    const trace = stand.takeTrace()
    if (trace.length > 0) run.say(`      client → service: ${trace.join('; ')}`)
  }
}

/** Sends a request for the host of the cases to another port than that of the front, as `stand.ask` does. */
export async function askAt(
  stand: Stand,
  port: number,
  line: string,
  lines: readonly string[] = [],
  body = '',
): Promise<Outcome> {
  const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]
  const connection = lines.some((each) => /^connection:/i.test(each)) ? [] : ['Connection: close']
  const head = [`${line} HTTP/1.1`, `Host: ${HOST}`, ...connection, ...lines, ...length].join('\n')
  stand.takeSeen()
  const answer: Answer = await askRaw(port, `${head}\n\n${body}`)
  return { answer, seen: stand.takeSeen() }
}
