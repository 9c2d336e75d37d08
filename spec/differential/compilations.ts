import { type Pass, passes } from '../../compiler/index.ts'

/** How a model is compiled. */
export interface Compilation {
  readonly name: string
  readonly passes: readonly Pass[]
}

export const allPasses: Compilation = { name: 'all passes', passes }

/** Beside all passes: each policy has one of these, in turn. */
export const others: readonly Compilation[] = [
  { name: 'no passes', passes: [] },
  ...passes.map((pass) => ({ name: `${pass.name} alone`, passes: [pass] })),
]
