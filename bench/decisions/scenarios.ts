import { hospital } from './hospital/index.ts'
import type { Scenario } from './scenario.ts'
import { synthetic } from './synthetic/index.ts'

/** By name; what `size` counts is its own. */
export const scenarios = {
  caller: (size) => synthetic('caller', size),
  hospital,
  mixed: (size) => synthetic('mixed', size),
} satisfies Readonly<Record<string, (size: number) => Scenario>>

export type ScenarioName = keyof typeof scenarios
