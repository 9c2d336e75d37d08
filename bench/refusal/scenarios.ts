import { hospital } from '../decisions/hospital/index.ts'
import type { Scenario } from '../decisions/scenario.ts'
import { synthetic } from '../decisions/synthetic/index.ts'
import { shop } from './shop.ts'

export type ScenarioName = 'caller' | 'mixed' | 'hospital' | 'shop'

/** `size`: how many rules; of the shop, as many as it has. */
export function openScenario(
  name: ScenarioName,
  size: number,
  root: string,
): Pick<Scenario, 'texts' | 'data' | 'callers' | 'draw' | 'miss'> {
  if (name === 'shop') return shop(root)
  return name === 'hospital' ? hospital(size) : synthetic(name, size)
}
