export { ERRING } from './erring.ts'
export { random } from './random.ts'
export { RandomExpressions } from './random-expressions.ts'
export { RANDOM_POLICY, randomWorld } from './world.ts'
