import { type Pass, passes } from '../../compiler/index.ts'

/** How a model is compiled. */
export interface Compilation {
  readonly name: string
  readonly passes: readonly Pass[]
  /** Routes are decided by tables wherever they can be, and not only where they are many. */
  readonly isTabled?: boolean
}

const whole: readonly [Compilation, ...Compilation[]] = [
  { name: 'all passes', passes },
  { name: 'no passes', passes: [] },
  { name: 'all passes, tables', passes, isTabled: true },
]

const alone: readonly Compilation[] = passes.map((pass) => ({ name: `${pass.name} alone`, passes: [pass] }))

/** All that a policy is compiled in. */
export const compilations: typeof whole = [...whole, ...alone]

/** Those of one policy, if each pass alone is taken for one policy in `every`: by turns, so that a run has all of them. */
export function compilationsOf(policy: number, every: number): typeof whole {
  return [...whole, ...alone.filter((_, at) => (policy + at) % every === 0)]
}
