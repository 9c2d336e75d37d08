/**
 * `npm run soak`: all that the proxy carries at once, for minutes, while policies and configurations are replaced under it. It ends with 1 where something is
 * not as it must be: an outcome, a record that is missing, memory, timers, listeners or file descriptors that grow.
 */
import { parseArgs } from 'node:util'
import { canWatch } from './processes.ts'
import { mistakesOf, tableOf } from './report.ts'
import { runSoak } from './run-soak.ts'

const usage = `usage: npm run soak -- [FLAGS]

  --minutes N   for how long: 10 where left out; memory is looked at from 2 on
  --load N      which part of what can be done is asked for: 0.7 where left out
  --help`

const { minutes, load } = readWords()
const soak = await runSoak({ minutes, load, say: (line) => console.log(line) })
console.log(`\n${tableOf(soak)}\n`)
const mistakes = mistakesOf(soak)
console.log(mistakes.length === 0 ? 'all is as it must be' : mistakes.join('\n'))
process.exitCode = mistakes.length === 0 ? 0 : 1

function readWords(): { readonly minutes: number; readonly load: number } {
  let words: { readonly minutes: string; readonly load: string; readonly help: boolean }
  try {
    words = parseArgs({
      options: {
        minutes: { type: 'string', default: '10' },
        load: { type: 'string', default: '0.7' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values
  } catch (error) {
    return leave(2, `${(error as Error).message}\n\n${usage}`)
  }
  const [minutes, load] = [Number(words.minutes), Number(words.load)]
  if (words.help) return leave(0, usage)
  if (!(minutes >= 0.2 && load > 0 && load <= 1)) return leave(2, `at least 0.2 minutes, and a load of at most 1\n\n${usage}`)
  if (!canWatch) return leave(2, 'the memory of processes can be looked at on Linux alone')
  return { minutes, load }
}

function leave(code: number, text: string): never {
  console.log(text)
  process.exit(code)
}
