import { Session } from 'node:inspector'
import { setImmediate as nextTurn } from 'node:timers/promises'

/** Started on import: V8 counts the blocks of functions that it compiles from then on, so a test imports this before it runs the code to measure. */
const session = new Session()
session.connect()
post('Profiler.enable')
post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })

/**
 * Returns how many blocks of the project's functions `work` runs, as V8's coverage counts them: a measure of work that does not depend on the machine or its load. Built-in functions (`indexOf`, regular expressions)
 * count as nothing, nor do packages.
 */
export function stepsOf(work: () => void): number {
  takeSteps()
  work()
  return takeSteps()
}

/** Like `stepsOf`, until the promise that `work` returns is settled. */
export async function stepsOfAsync(work: () => Promise<unknown>): Promise<number> {
  takeSteps()
  await work()
  return takeSteps()
}

/** Returns the most steps that `work` takes in one turn of the event loop: for so long everything else waits. */
export async function stepsOfLongestTurn(work: () => Promise<unknown>): Promise<number> {
  takeSteps()
  let isOver = false
  const done = work().finally(() => {
    isOver = true
  })
  let most = 0
  while (!isOver) {
    await nextTurn()
    most = Math.max(most, takeSteps())
  }
  await done
  return most
}

/** Returns the steps since the last call, and starts from zero. */
function takeSteps(): number {
  const { result } = post('Profiler.takePreciseCoverage') as { result: readonly ScriptCoverage[] }
  const ours = result.filter(({ url }) => url.startsWith('file:') && !url.includes('/node_modules/') && url !== import.meta.url)
  return ours.flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges)).reduce((sum, { count }) => sum + count, 0)
}

interface ScriptCoverage {
  readonly url: string
  readonly functions: readonly { readonly ranges: readonly { readonly count: number }[] }[]
}

/** The session answers before `post` returns, as it is of the same thread. */
function post(method: string, parameters?: object): unknown {
  let answer: unknown
  session.post(method, parameters, (error, result) => {
    if (error !== null) throw error
    answer = result
  })
  return answer
}
