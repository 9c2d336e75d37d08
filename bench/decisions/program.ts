/**
 * What is done about one policy, in a process of its own. Its words say what: `compile SCENARIO SIZE GRAPH FOLDER`, `time SCENARIO SIZE GRAPH FOLDER ROW WARM MILLISECONDS CONTESTANT …`,
 * `ask SCENARIO SIZE GRAPH FOLDER`, which writes jobs for peers, or `ask-all SCENARIO SIZE GRAPH FOLDER`, which writes jobs about every request there is. A folder is that of the
 * scenario and size, below one of all. The last line that it prints is JSON.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AskedRequest } from './asked-request.ts'
import type { Contestant, Engine, Row } from './engine.ts'
import { openEngine } from './open-engine.ts'
import type { Scenario } from './scenario.ts'
import { type ScenarioName, scenarios } from './scenarios.ts'
import { type Passes, timeInTurns } from './time-in-turns.ts'
import { openTraffic, readAll, type Traffic } from './traffic.ts'
import { writeCompiled } from './write-compiled.ts'

type Task = 'compile' | 'time' | 'ask' | 'ask-all'

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
const opening = { scenario: name, size: Number(size), graph: Number(graph), folder }
const scenario: Scenario = scenarios[name](opening.size, opening.graph)
console.log(JSON.stringify(await run()))

async function run(): Promise<unknown> {
  switch (task) {
    case 'compile':
      return writeCompiled(scenario.texts, folder)
    case 'time':
      return time()
    case 'ask':
      return ask()
    case 'ask-all':
      return askAll()
  }
}

async function time(): Promise<Passes> {
  const [row, warm, milliseconds, ...contestants] = words as [Row, string, string, ...Contestant[]]
  const open = await Promise.all(contestants.map(openContestant))
  const [ours, byHand] = open.map(({ engine }) => engine)
  compareAnswers(ours as Engine, byHand as Engine)
  const loops = open.map(({ engine, traffic }) => ({ loop: engine.loop(row), traffic: traffic(row === 'routed' ? MISSES : 0) }))
  const turns = new Map(contestants.map((contestant, at) => [contestant, loops[at] as (typeof loops)[number]]))
  return timeInTurns(turns, { warm: Number(warm), milliseconds: Number(milliseconds) }, row === 'hot')
}

/** With code of its own. */
async function openContestant(
  contestant: Contestant,
): Promise<{ readonly engine: Engine; readonly traffic: (misses: number) => Traffic }> {
  const copy = new URL(`open-engine.mjs?${contestant}`, import.meta.url).href
  const own = (await import(copy)) as { readonly openEngine: typeof openEngine }
  const traffic = (from: Scenario) => (misses: number) => openTraffic(from, 3, misses)
  if (contestant !== 'iap-of-40') return { engine: own.openEngine(contestant, opening), traffic: traffic(scenario) }
  const small = { ...opening, size: 40, folder: join(folder, '..', `${name}-40`) }
  return { engine: own.openEngine('iap', small), traffic: traffic(scenarios[name](40, small.graph)) }
}

function compareAnswers(ours: Engine, byHand: Engine): void {
  for (const [at, asked] of openTraffic(scenario, 2, MISSES).next(ANSWERS).entries()) {
    const [answer, other] = [ours.answer(asked), byHand.answer(asked)]
    if (answer !== other) throw new Error(`${name}, ${size}: request ${at} is \`${answer}\`, by hand \`${other}\``)
  }
}

/** Our own answers to what the peers are asked. */
function ask(): string {
  const asked = openTraffic(scenario, 5, 0).next(QUESTIONS)
  const { cedar, rego, regoData, plain } = scenario.jobs(asked)
  const files = { cedar, rego, 'rego-data': regoData ?? rego, plain }
  for (const [name, job] of Object.entries(files)) writeFileSync(join(folder, `${name}.json`), JSON.stringify(job))
  return answersTo(asked, openEngine('iap', opening))
}

/** The same to all requests, for Cedar alone, in portions, each of which has a folder of its own by its number. */
function askAll(): readonly string[] {
  if (scenario.all === undefined) throw new Error(`nobody can count the requests of ${name}`)
  const asked = readAll(scenario.all())
  const engine = openEngine('iap', opening)
  const portions = Array.from({ length: Math.ceil(asked.length / QUESTIONS) }, (_, at) =>
    asked.slice(at * QUESTIONS, (at + 1) * QUESTIONS),
  )
  return portions.map((portion, at) => {
    mkdirSync(join(folder, String(at)), { recursive: true })
    writeFileSync(join(folder, String(at), 'cedar.json'), JSON.stringify(scenario.jobs(portion).cedar))
    return answersTo(portion, engine)
  })
}

function answersTo(asked: readonly AskedRequest[], engine: Engine): string {
  return asked.map((one) => (engine.answer(one).endsWith(' permit') ? '1' : '0')).join('')
}
