/**
 * A peer on a policy, in a process of its own: `ENGINE PEERS JOBS ANSWERS WARM TIMED`, the folder that the peers are installed in, that with the
 * jobs, and three numbers of milliseconds. Prints an `Outcome`.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openBufbuildCel } from './engines/bufbuild-cel.ts'
import { openCasbin } from './engines/casbin.ts'
import { openCasl } from './engines/casl.ts'
import { openCedarWasm } from './engines/cedar-wasm.ts'
import { openCelJs } from './engines/cel-js.ts'
import { openOpaWasm } from './engines/opa-wasm.ts'
import { type Opened, placeOf } from './engines/open.ts'
import type { CedarJob, PlainJob, RegoJob } from './job.ts'
import { timeQuestions } from './time-questions.ts'

const [engine, peers, jobs, answers, warm, timed] = process.argv.slice(2) as [string, string, string, string, string, string]
const { count, decide, version } = await open()
const budget = { answers: Number(answers), warm: Number(warm), timed: Number(timed) }
console.log(JSON.stringify(timeQuestions(count, decide, version, budget)))

async function open(): Promise<Opened> {
  const place = placeOf(peers)
  switch (engine) {
    case 'cel-js':
      return openCelJs(read<PlainJob>('plain.json'), place)
    case 'bufbuild-cel':
      return openBufbuildCel(read<PlainJob>('plain.json'), place)
    case 'casbin':
      return openCasbin(read<PlainJob>('plain.json'), place)
    case 'casl':
      return openCasl(read<PlainJob>('plain.json'), place)
    case 'cedar-wasm':
      return openCedarWasm(read<CedarJob>('cedar.json'), place, false)
    case 'cedar-wasm-all':
      return openCedarWasm(read<CedarJob>('cedar.json'), place, true)
    case 'opa-wasm':
      return openOpaWasm(read<RegoJob>('rego-data.json'), place, join(jobs, 'policy.wasm'))
    default:
      throw new Error(`no peer \`${engine}\``)
  }
}

function read<T>(name: string): T {
  return JSON.parse(readFileSync(join(jobs, name), 'utf8')) as T
}
