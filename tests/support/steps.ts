import { Session } from 'node:inspector'

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
