import { type Pass, passes } from '../../compiler/index.ts'

/** How a model is compiled. */
export interface Compilation {
  readonly name: string
  readonly passes: readonly Pass[]
}

/** All that a policy is compiled in. */
export const compilations: readonly [Compilation, ...Compilation[]] = [
  { name: 'all passes', passes },
  { name: 'no passes', passes: [] },
  ...passes.map((pass) => ({ name: `${pass.name} alone`, passes: [pass] })),
]
