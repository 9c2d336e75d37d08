/**
 * What is timed, in a process of its own: `compile ROOT SCENARIO SIZE FOLDER`, or `time ROOT SCENARIO SIZE FOLDER ROW WARM MILLISECONDS`. The last line that it prints
 * is JSON.
 */

import { openPolicy } from '../decisions/compiled.ts'
import { timePasses } from '../decisions/time.ts'
import { openTraffic } from '../decisions/traffic.ts'
import { writeCompiled } from '../decisions/write-compiled.ts'
import { effectOf, loopOf, type Row } from './rows.ts'
import { openScenario, type ScenarioName } from './scenarios.ts'

const [task, root, name, size, folder, ...words] = process.argv.slice(2) as [
  string,
  string,
  ScenarioName,
  string,
  string,
  ...string[],
]
const scenario = openScenario(name, Number(size), root)
console.log(JSON.stringify(run()))

function run(): unknown {
  if (task === 'compile') return writeCompiled(scenario.texts, folder)
  const [row, warm, milliseconds] = words as [Row, string, string]
  const open = openPolicy(folder, scenario)
  // Another policy than the one that is timed, so that what is asked to choose requests is not warmer than what is not.
  const chosen = openPolicy(folder, scenario)
  const wanted = row === 'permit'
  const traffic = openTraffic(scenario, 3, 0, (asked) => (effectOf(chosen, asked) === 'permit') === wanted)
  return timePasses(loopOf(open, row), traffic, { warm: Number(warm), milliseconds: Number(milliseconds) })
}
