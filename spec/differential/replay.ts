import { TABLES_EVERYWHERE } from '../../compiler/codegen/index.ts'
import { passes as allPasses, emit, type PolicyIr } from '../../compiler/index.ts'
import type { Model } from '../../language/index.ts'
import type { EvalRequest } from '../../runtime/abi/index.ts'
import type { Policy } from '../../runtime/policy/index.ts'
import { wrongFacts } from './checked-facts.ts'
import { compilations } from './compilations.ts'
import { compiledPolicy } from './compiled-policy.ts'
import { difference, interpreted, type Meaning, messageOf } from './disagreement.ts'
import { fitsSchemaOf } from './generate/documents.ts'
import type { PolicyText } from './generate/policy.ts'
import { wrongExplanation } from './otherwise.ts'
import { readPolicy } from './read-policy.ts'
import { type Counterexample, OTHERWISE, observer, validatorsFor } from './run.ts'
import { type Differing, showSmall, shrink } from './shrink/index.ts'
import { watchingInvariants } from './watched-invariants.ts'

/** A counterexample as small as it gets, as text. */
export function explain({ seed, compilation, ...found }: Counterexample): string {
  const differing = differingBy(compilation, validatorsFor(seed))
  // What does not show by itself hangs on what was asked before: it is shown as it was found.
  const small = differing(found.text, found.request) === null ? found : shrink(found.text, found.request, differing)
  return `seed ${seed}, ${compilation}: ${showSmall(small)}`
}

/** In what a policy differs from what it means, compiled in that way. */
function differingBy(compilation: string, validators: ReturnType<typeof validatorsFor>): Differing {
  const { passes = allPasses, isTabled = false } = compilations.find(({ name }) => name === compilation) ?? {}
  const tabled = (policy: PolicyIr) => emit(policy, { tables: TABLES_EVERYWHERE })
  const compile = (model: Model) => compiledPolicy(model, { passes, validators, ...(isTabled && { emit: tabled }) })
  if (compilation !== OTHERWISE) return (text, request) => differing(text, request, compile)
  return (text, request) =>
    differing(text, request, compile, (model, asked, meaning) => wrongExplanation({ model, request: asked, validators }, meaning))
}

/** What else could be wrong where both meanings agree. */
type Doubt = (model: Model, request: EvalRequest, meaning: Meaning) => string | null

export function differing(
  text: PolicyText,
  request: EvalRequest | null,
  compile: (model: Model) => Policy,
  doubt: Doubt = () => null,
): string | null {
  if (!('policy.iap' in text)) return null
  const read = readPolicy(text)
  if ('problems' in read) return null
  const [wrong] = wrongFacts(read.model)
  if (wrong !== undefined) return wrong
  const model = watchingInvariants(read.model)
  try {
    const policy = compile(model)
    if (request === null) return null
    const options = { observe: observer(model), fitsSchema: fitsSchemaOf(model) }
    const meaning = interpreted(model, request, options)
    return difference(meaning, policy, request) ?? (typeof meaning === 'string' ? null : doubt(model, request, meaning))
  } catch (error) {
    return `compiling threw: ${messageOf(error)}`
  }
}
