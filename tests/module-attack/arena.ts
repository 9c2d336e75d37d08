/** Where a module is let loose: a context of its own, with the helpers of the ABI and the canaries of `inside.ts` in it, and no realm that would hold it. */

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compileFunction, createContext, runInContext } from 'node:vm'
import { build } from 'esbuild'
import type { Behavior, Samples } from './inside.ts'
import { instrument } from './instrument.ts'

type Inside = typeof import('./inside.ts')

/** What became of code that was run. `kind`: whether it could be set up. */
export interface Run {
  readonly kind: 'ran' | 'not set up'
  /** Canaries that it reached. */
  readonly reached: readonly string[]
  readonly behavior: Behavior | null
}

/** Milliseconds that the code of one module may take for all that it is asked. */
const PATIENCE = 5_000

export interface Arena {
  policy(code: string, samples: Samples): Run
  validators(code: string, samples: Samples): Run
}

export async function createArena(): Promise<Arena> {
  const bundled = await build({
    entryPoints: [join(fileURLToPath(new URL('.', import.meta.url)), 'inside.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'inside',
    target: 'node20',
  })
  const context = createContext({ task: null })
  runInContext(bundled.outputFiles[0]?.text ?? '', context)
  const inside = runInContext('inside', context) as Inside
  inside.prepare()
  /** Whatever it runs may not end. */
  const within = (task: () => void) => {
    context.task = task
    runInContext('task()', context, { timeout: PATIENCE })
  }
  const run = (parameters: Readonly<Record<string, unknown>>, codeOf: () => string, then: (made: never) => Behavior): Run => {
    let kind: Run['kind'] = 'not set up'
    let behavior: Behavior | null = null
    const reached: string[] = []
    try {
      const body = compileFunction(codeOf(), Object.keys(parameters), { parsingContext: context })
      within(() => {
        const made = body(...Object.values(parameters)) as never
        kind = 'ran'
        behavior = then(made)
      })
    } catch (error) {
      if ((error as { readonly code?: string }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') reached.push('it does not end')
    }
    reached.push(...inside.takeReached())
    return { kind, reached, behavior }
  }
  const { helpers, look, call } = inside
  return {
    policy: (code, samples) =>
      run(
        { abi: helpers, $look: look, $call: call },
        () => instrument(code),
        (made) => inside.exercise(made, samples),
      ),
    validators: (code, samples) =>
      run(
        { abi: helpers },
        () => code,
        (made) => inside.exerciseValidators(made, samples),
      ),
  }
}
