import { type Pass, passes } from '../../compiler/index.ts'

/** How a model is compiled. */
export interface Compilation {
  readonly name: string
  readonly passes: readonly Pass[]
  /** Routes are decided by tables wherever they can be, and not only where they are many. */
  readonly isTabled?: boolean
}

/** All that a policy is compiled in. */
export const compilations: readonly [Compilation, ...Compilation[]] = [
  { name: 'all passes', passes },
  { name: 'no passes', passes: [] },
  { name: 'all passes, tables', passes, isTabled: true },
  ...passes.map((pass) => ({ name: `${pass.name} alone`, passes: [pass] })),
]
