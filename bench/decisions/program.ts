/**
 * One engine on one policy, in a process of its own. Its words say what it does: `compile SCENARIO SIZE GRAPH FOLDER`, `answer SCENARIO SIZE GRAPH FOLDER ENGINE`,
 * `time SCENARIO SIZE GRAPH FOLDER ENGINE ROW WARM MILLISECONDS`, `ask SCENARIO SIZE GRAPH FOLDER`, which writes jobs for peers, or `ask-all SCENARIO SIZE GRAPH FOLDER`, which writes
 * jobs about every request there is. The last line that it prints is JSON.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openCompiled, writeCompiled } from './compiled.ts'
import type { Engine, EngineName, Row } from './engine.ts'
import type { Scenario } from './scenario.ts'
import { type ScenarioName, scenarios } from './scenarios.ts'
import { timePasses } from './time.ts'
import { type Asked, openTraffic, readAll } from './traffic.ts'

type Task = 'compile' | 'answer' | 'time' | 'ask' | 'ask-all'

const ANSWERS = 20_000
/** What peers are asked. */
const QUESTIONS = 2_000
/** Of requests to be routed: for how many there is no route. */
const MISSES = 1 / 16

const [task, name, size, graph, folder, ...words] = process.argv.slice(2) as [
  Task,
  ScenarioName,
  string,
  string,
  string,
  ...string[],
]
const scenario: Scenario = scenarios[name](Number(size), Number(graph))
console.log(JSON.stringify(run()))

function run(): unknown {
  if (task === 'compile') return writeCompiled(scenario.texts, folder)
  if (task === 'ask') return ask()
  if (task === 'ask-all') return askAll()
  const engine = open(words[0] as EngineName)
  if (task === 'answer')
    return openTraffic(scenario, 2, MISSES)
      .next(ANSWERS)
      .map((asked) => engine.answer(asked))
  const [, row, warm, milliseconds] = words as [EngineName, Row, string, string]
  const traffic = openTraffic(scenario, 3, row === 'routed' ? MISSES : 0)
  return timePasses(engine.loop(row), traffic, { warm: Number(warm), milliseconds: Number(milliseconds) })
}

/** Our own answers to what the peers are asked. */
function ask(): string {
  const asked = openTraffic(scenario, 5, 0).next(QUESTIONS)
  const { cedar, rego, regoData, plain } = scenario.jobs(asked)
  const files = { cedar, rego, 'rego-data': regoData ?? rego, plain }
  for (const [name, job] of Object.entries(files)) writeFileSync(join(folder, `${name}.json`), JSON.stringify(job))
  return answersTo(asked, open('iap'))
}

/** The same to all requests, for Cedar alone, in portions, each of which has a folder of its own by its number. */
function askAll(): readonly string[] {
  if (scenario.all === undefined) throw new Error(`nobody can count the requests of ${name}`)
  const asked = readAll(scenario.all())
  const engine = open('iap')
  const portions = Array.from({ length: Math.ceil(asked.length / QUESTIONS) }, (_, at) =>
    asked.slice(at * QUESTIONS, (at + 1) * QUESTIONS),
  )
  return portions.map((portion, at) => {
    mkdirSync(join(folder, String(at)), { recursive: true })
    writeFileSync(join(folder, String(at), 'cedar.json'), JSON.stringify(scenario.jobs(portion).cedar))
    return answersTo(portion, engine)
  })
}

function answersTo(asked: readonly Asked[], engine: Engine): string {
  return asked.map((one) => (engine.answer(one).endsWith(' permit') ? '1' : '0')).join('')
}

function open(engine: EngineName): Engine {
  if (engine === 'iap') return openCompiled(folder, scenario)
  if (engine === 'by-hand') return scenario.openByHand()
  if (scenario.openBitTest === null) throw new Error(`no ${engine} for ${name}`)
  return scenario.openBitTest()
}
