/**
 * `npm run bench`: all benchmarks, or those that are named. Medians of several rounds, processor time from the processes' own accounting,
 * machine and versions in the output; `--format json` for programs.
 */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { benchAudit } from './audit/index.ts'
import { benchCapacity } from './capacity/index.ts'
import { benchCarry } from './carry/index.ts'
import { benchPairs } from './carry/pairs.ts'
import { benchCheck } from './check/index.ts'
import { benchChecks } from './checks/index.ts'
import { benchCredentials } from './credentials/index.ts'
import { benchDecisions, benchEqual } from './decisions/index.ts'
import { benchDifference } from './difference/index.ts'
import { benchEditor } from './editor/index.ts'
import { benchIdle } from './idle/index.ts'
import { benchLoad } from './load/index.ts'
import { machine } from './machine.ts'
import { benchMatrix } from './matrix/index.ts'
import { benchProve } from './prove/index.ts'
import { benchRefusal } from './refusal/index.ts'
import { benchReplay } from './replay/index.ts'
import { benchSolver } from './solver/index.ts'

const { values, positionals } = readWords()
const rounds = Number(values.rounds)
const rules = values.rules?.map(Number)
const entities = values.entities?.map(Number)
const root = fileURLToPath(new URL('../', import.meta.url))
const benchmarks = new Map<string, () => Promise<{ readonly figures: unknown; readonly table: string }>>([
  ['check', () => benchCheck(root, rounds)],
  ['prove', () => benchProve(root, rounds)],
  ['matrix', () => benchMatrix(root, rounds)],
  ['load', () => benchLoad(root, rounds, rules)],
  [
    'decisions',
    () => {
      const wanted = { rounds, rules, entities, scenarios: values.scenario, peers: values.peers }
      return values.equal ? benchEqual(root, wanted) : benchDecisions(root, wanted)
    },
  ],
  ['refusal', () => benchRefusal(root, rounds)],
  ['credentials', () => benchCredentials(root, rounds)],
  ['capacity', () => benchCapacity(root, rounds)],
  ['carry', () => benchCarry(root, rounds, values.scenario)],
  ['pairs', () => benchPairs(root, rounds)],
  ['checks', () => benchChecks(root, rounds)],
  ['idle', () => benchIdle(root, rounds)],
  ['audit', () => benchAudit(rounds)],
  ['replay', () => benchReplay(rounds)],
  ['difference', () => benchDifference(rounds)],
  ['editor', () => benchEditor(root)],
  ['z3', () => benchSolver(root)],
])
const unknown = positionals.find((name) => !benchmarks.has(name))
if (
  unknown !== undefined ||
  ![rounds, ...(rules ?? []), ...(entities ?? [])].every((number) => Number.isInteger(number) && number > 0) ||
  !['text', 'json'].includes(values.format)
) {
  console.error(usage())
  process.exit(2)
}
if (values.help) {
  console.log(usage())
  process.exit(0)
}

const about = machine()
const results: Record<string, unknown> = {}
if (values.format === 'text') {
  const { processor, cores, memory, system, node, v8, load } = about
  console.log(`${processor}, ${cores} cores, ${memory} GB, ${system}, Node ${node}, V8 ${v8}, load ${load}, ${rounds} rounds`)
}
for (const [name, bench] of benchmarks) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  const { figures, table } = await bench()
  results[name] = figures
  if (values.format === 'text') console.log(`\n${name}\n${table}`)
}
if (values.format === 'json') console.log(JSON.stringify({ machine: about, rounds, results }, null, 2))

function readWords() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        format: { type: 'string', default: 'text' },
        rounds: { type: 'string', default: '5' },
        rules: { type: 'string', multiple: true },
        entities: { type: 'string', multiple: true },
        scenario: { type: 'string', multiple: true },
        peers: { type: 'boolean', default: false },
        equal: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage()}`)
    process.exit(2)
  }
}

function usage(): string {
  return `usage: npm run bench -- [check|prove|load|decisions|refusal|credentials|capacity|carry|pairs|checks|idle|audit|difference|editor|z3 …] [FLAGS]

  --rounds N         how often each is measured: 5 where left out
  --rules N …        of decisions and load: how many rules a policy has; all sizes where left out
  --entities N …     of decisions: how many entities of each type a graph has
  --scenario NAME …  of decisions and carry: those whose names begin so
  --peers            of decisions: the peers, too, which are installed first
  --equal            of decisions: nothing is timed, all answers are compared with those of Cedar
  --format text|json`
}
