/**
 * One engine on one policy, in a process of its own. Its words say what it does: `compile FOLDER RULES VARIANT`, `answer ENGINE FOLDER RULES VARIANT` or
 * `time ENGINE FOLDER RULES VARIANT ROW WARM MILLISECONDS`. The last line that it prints is JSON.
 */
import { openBitTest } from './bit-test.ts'
import { openByHand } from './by-hand/index.ts'
import { openCompiled, writeCompiled } from './compiled.ts'
import type { Engine, Row } from './engine.ts'
import { drawPolicy, type Policy, type Variant } from './spec.ts'
import { timePasses } from './time-passes.ts'
import { drawCallers, openTraffic } from './traffic.ts'
import { writePolicy } from './write-policy.ts'

const ANSWERS = 20_000
/** Of requests to be routed: for how many there is no route. */
const MISSES = 1 / 16

const [task, ...words] = process.argv.slice(2)
if (task === 'compile') {
  const [folder, rules, variant] = words as [string, string, Variant]
  writeCompiled(writePolicy(drawPolicy(Number(rules), variant)), folder)
} else {
  const [name, folder, rules, variant, row, warm, milliseconds] = words as [string, string, string, Variant, Row, string, string]
  const policy = drawPolicy(Number(rules), variant)
  const callers = drawCallers(policy)
  const engine = open(name, policy, folder)
  if (task === 'answer') {
    const asked = openTraffic(policy, callers, 2, MISSES).next(ANSWERS)
    console.log(JSON.stringify(asked.map((one) => engine.answer(one))))
  } else {
    const traffic = openTraffic(policy, callers, 3, row === 'routed' ? MISSES : 0)
    console.log(JSON.stringify(timePasses(engine.loop(row), traffic, { warm: Number(warm), milliseconds: Number(milliseconds) })))
  }

  function open(name: string, policy: Policy, folder: string): Engine {
    if (name === 'iap') return openCompiled(folder, callers)
    if (name === 'by-hand') return openByHand(policy, callers)
    if (name === 'bit-test') return openBitTest(policy, callers)
    throw new Error(`no engine ${name}`)
  }
}
