import { openCompiled } from './compiled.ts'
import type { Engine, EngineName } from './engine.ts'
import { type ScenarioName, scenarios } from './scenarios.ts'

export interface Opening {
  readonly scenario: ScenarioName
  readonly size: number
  readonly graph: number
  /** Where the parts of the compiled policy are. */
  readonly folder: string
}

/**
 * An engine on a policy. Two of them in one process share functions, and V8 optimizes a function for all that it was called with: whoever times several
 * loads this module once for each (`time-in-turns.ts`).
 */
export function openEngine(engine: EngineName, { scenario: name, size, graph, folder }: Opening): Engine {
  const scenario = scenarios[name](size, graph)
  if (engine === 'iap') return openCompiled(folder, scenario)
  if (engine === 'by-hand') return scenario.openByHand()
  if (scenario.openBitTest === null) throw new Error(`no ${engine} for ${name}`)
  return scenario.openBitTest()
}
