/**
 * `npm run bench`: all benchmarks, or those that are named. Medians of several rounds, processor time from the processes' own accounting,
 * machine and versions in the output; `--format json` for programs.
 */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { benchCheck } from './check/index.ts'
import { machine } from './machine.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { format: { type: 'string', default: 'text' }, rounds: { type: 'string', default: '5' } },
})
const rounds = Number(values.rounds)
const benchmarks = new Map([['check', benchCheck]])
const unknown = positionals.find((name) => !benchmarks.has(name))
if (unknown !== undefined || !Number.isInteger(rounds) || rounds < 1 || !['text', 'json'].includes(values.format)) {
  console.error(`usage: npm run bench -- [${[...benchmarks.keys()].join('|')}…] [--rounds N] [--format text|json]`)
  process.exit(2)
}

const root = fileURLToPath(new URL('../', import.meta.url))
const about = machine()
const results: Record<string, unknown> = {}
if (values.format === 'text') {
  const { processor, cores, memory, system, node, v8, load } = about
  console.log(`${processor}, ${cores} cores, ${memory} GB, ${system}, Node ${node}, V8 ${v8}, load ${load}, ${rounds} rounds`)
}
for (const [name, bench] of benchmarks) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  const { figures, table } = await bench(root, rounds)
  results[name] = figures
  if (values.format === 'text') console.log(`\n${name}\n${table}`)
}
if (values.format === 'json') console.log(JSON.stringify({ machine: about, rounds, results }, null, 2))
