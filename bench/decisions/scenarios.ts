import { hospital } from './hospital/index.ts'
import { gdrive } from './oopsla/gdrive/index.ts'
import { github } from './oopsla/github/index.ts'
import { tinytodo } from './oopsla/tinytodo/index.ts'
import type { Scenario } from './scenario.ts'
import { synthetic } from './synthetic/index.ts'

/** By name; what `size` counts is its own. Of those that have data with connections drawn at random, `graph` says which. */
export const scenarios = {
  caller: (size) => synthetic('caller', size),
  mixed: (size) => synthetic('mixed', size),
  hospital,
  'gdrive, as it is': (size, graph) => gdrive(false, size, graph),
  'gdrive, mended': (size, graph) => gdrive(true, size, graph),
  github,
  tinytodo,
} satisfies Readonly<Record<string, (size: number, graph: number) => Scenario>>

export type ScenarioName = keyof typeof scenarios

export const GRAPHS = ['gdrive, as it is', 'gdrive, mended', 'github', 'tinytodo'] as const satisfies readonly ScenarioName[]

export function hasGraphs(name: ScenarioName): boolean {
  return (GRAPHS as readonly string[]).includes(name)
}
