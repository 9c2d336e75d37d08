/**
 * `npm run fuzz -- [--seconds N] [--seed N] [--workers N] [--format json]`: compiled against interpreted, and what must be true of every text.
 * The sizes are those of the issue for 120 seconds, and go with the time; where there is time left, more is decided. Exits with 1 where
 * something is found, or not shown.
 */
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { fuzz, type Part, type Report, type Sizes } from './fuzz.ts'
import { mergeReports, shortcomings, showReport } from './report.ts'
import { policyFiles } from './texts/policies.ts'

/** Milliseconds without a word: what is being done hangs. */
const PATIENCE = 60_000

type Message = { readonly doing: string } | { readonly report: Report }

const USAGE = `usage: npm run fuzz -- [--seconds N] [--seed N] [--workers N] [--format text|json]

  --seconds N  how long to go on, about: 120 where left out, for 300,000 decisions over 2,000 policies
  --seed N     where to begin; the same seed and number of workers go the same way
  --workers N  how many threads: one for each processor, two at most, where left out`

const values = readWords()
const [seconds, seed, workers] = [Number(values.seconds), Number(values.seed), Number(values.workers)]
const sizes = sizesFor(seconds)

if (values.help) {
  console.log(USAGE)
  process.exit(0)
}
if (isMainThread) await supervise()
else await work(workerData as Part)

function readWords() {
  try {
    return parseArgs({
      options: {
        seconds: { type: 'string', default: '120' },
        seed: { type: 'string', default: '1' },
        workers: { type: 'string', default: String(Math.min(2, availableParallelism())) },
        format: { type: 'string', default: 'text' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`)
    process.exit(2)
  }
}

function sizesFor(time: number): Sizes {
  const part = (size: number) => Math.ceil((size * time) / 120)
  return {
    decisions: part(300_000),
    policies: part(2_000),
    formatted: part(400),
    mangled: part(20_000),
    oneFaultIn: Math.max(1, Math.ceil(120 / time)),
    withinDecisions: 30_000,
    // The rest of the time is for faults and texts.
    milliseconds: time * 500,
  }
}

async function work(part: Part): Promise<void> {
  // Evaluation errors are exceptions in the interpreter; nobody looks at their stacks.
  Error.stackTraceLimit = 0
  const real = policyFiles(fileURLToPath(new URL('../../', import.meta.url)))
  const tell = (message: Message) => parentPort?.postMessage(message)
  tell({ report: await fuzz({ seed, sizes, part, real, onProgress: (doing) => tell({ doing }) }) })
}

async function supervise(): Promise<void> {
  const begun = performance.now()
  const doing = Array.from({ length: workers }, () => 'beginning')
  const parts = await Promise.all(
    doing.map((_, at) =>
      partOf({ at, of: workers }, (what) => {
        doing[at] = what
        if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${doing.join(' | ').slice(0, process.stderr.columns - 1)}`)
      }),
    ),
  )
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  const report = mergeReports(parts)
  const wrong = shortcomings(report, sizes)
  const took = (performance.now() - begun) / 1000
  const asObjects = {
    compared: Object.fromEntries(report.compared),
    asked: Object.fromEntries(report.asked),
    otherwise: Object.fromEntries(report.otherwise),
    mix: Object.fromEntries(report.mix),
  }
  const more = { coverage: Object.fromEntries(report.coverage), faults: Object.fromEntries(report.faults) }
  if (values.format === 'json')
    console.log(
      JSON.stringify({ ...report, ...asObjects, ...more, nodes: undefined, seconds: took, shortcomings: wrong }, null, 2),
    )
  else console.log(showReport(report, sizes, took))
  for (const one of wrong) console.error(`\n${one}`)
  process.exitCode = wrong.length > 0 ? 1 : 0
}

/** A worker's part of the run. What hangs there is seen here, with what was being done. */
function partOf(part: Part, onDoing: (doing: string) => void): Promise<Report> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(process.argv[1] as string, { argv: process.argv.slice(2), workerData: part })
    let doing = 'beginning'
    const hangs = () => {
      console.error(`\n${doing}: nothing has come of it for ${PATIENCE / 1000} seconds`)
      process.exit(1)
    }
    let timer = setTimeout(hangs, PATIENCE)
    worker.on('error', reject)
    worker.on('message', (message: Message) => {
      clearTimeout(timer)
      if ('report' in message) {
        resolve(message.report)
        return
      }
      doing = message.doing
      onDoing(doing)
      timer = setTimeout(hangs, PATIENCE)
    })
  })
}
