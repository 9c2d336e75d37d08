import { compileFunction } from 'node:vm'
import { helpers, type Manifest, POLICY_ENTRY, VALIDATORS_ENTRY, type Validators } from '../../abi/index.ts'
import { messageOf } from '../message-of.ts'
import { checkModule } from './module-shape.ts'
import { createPolicy, type Hosts, type Policy } from './policy.ts'
import { PolicyError } from './policy-error.ts'
import { createStackReader, type StackReader } from './policy-stack.ts'

export interface InstantiateInput {
  readonly manifest: Manifest
  readonly policy: string
  /** Left out or null: stacks name lines of `policy.js`. */
  readonly sourceMap?: string | null
  readonly validators: string
}

/**
 * Runs the two function bodies of a bundle, which are what they should be as far as can be seen, and makes a `Policy` of what they return.
 * Throws `PolicyError`.
 *
 * `compileFunction`, because what it compiles can be collected: `import()`, `require` and `SourceTextModule` keep every version for
 * the life of the process. It is given no `importModuleDynamically`, which would tie the code to a registry of modules, and
 * makes no cached data. `tests/reload` measures all this.
 */
export function assemble(input: InstantiateInput, options: { readonly hosts?: Hosts } = {}): Policy {
  const { manifest } = input
  const name = `iap:${manifest.revision.slice('sha256:'.length, 'sha256:'.length + 12)}`
  const reader = createStackReader(name, input.policy, input.sourceMap ?? null)
  const runAs = (body: string, entry: string) => run(body, `${name}/${entry}`, reader)
  const module = runAs(input.policy, POLICY_ENTRY)
  const validators = runAs(input.validators, VALIDATORS_ENTRY)
  checkModule(module, validators, manifest)
  return createPolicy({ manifest, module, validators: validators as Validators, ...reader }, options.hosts ?? {})
}

function run(body: string, filename: string, { placeOf }: StackReader): unknown {
  let compiled: (abi: object) => unknown
  try {
    compiled = compileFunction(body, ['abi'], { filename }) as (abi: object) => unknown
  } catch (error) {
    throw new PolicyError('module-syntax', `${filename} is not a function body: ${messageOf(error)}`)
  }
  try {
    return compiled(helpers)
  } catch (error) {
    throw new PolicyError('module-threw', `${filename} cannot be set up: ${messageOf(error)}${placeOf(error)}`)
  }
}
