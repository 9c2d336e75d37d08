import { type Manifest, POLICY_ENTRY, VALIDATORS_ENTRY } from '../../abi/index.ts'
import { type CompiledBody, createRealm, ForbiddenWord, hostError, type Realm } from '../../realm/index.ts'
import type { Program } from '../../realm/program/program.ts'
import { checkTables } from './module-shape.ts'
import { createPolicy, type Hosts, type Policy } from './policy.ts'
import { PolicyError } from './policy-error.ts'
import { createStackReader, type StackReader } from './policy-stack.ts'

export interface InstantiateInput {
  readonly manifest: Manifest
  readonly policy: string
  /** Source map of `policy.js`. Without one, stack traces name lines of `policy.js`. */
  readonly sourceMap?: string | null
  readonly validators: string
}

/**
 * Runs the checked function bodies of a bundle in a new realm and returns them as a `Policy`. Uses `compileFunction`, whose
 * code can be garbage-collected: `import()`, `require` and `SourceTextModule` keep every version until the process ends. Passes
 * no `importModuleDynamically`, which would register the code with modules, and makes no cached data. `tests/reload` measures
 * all this.
 *
 * @throws PolicyError if the code cannot be run, or returns invalid tables
 */
export function assemble(input: InstantiateInput, options: { readonly hosts?: Hosts } = {}): Policy {
  const { manifest, policy, validators } = input
  const name = `iap:${manifest.revision.slice('sha256:'.length, 'sha256:'.length + 12)}`
  const reader = createStackReader(name, policy, input.sourceMap ?? null)
  const realm = createRealm(hasRegex(policy) || hasRegex(validators))
  const compiled = [
    compile(realm, policy, `${name}/${POLICY_ENTRY}`),
    compile(realm, validators, `${name}/${VALIDATORS_ENTRY}`),
  ] as const
  const program = open(realm, compiled, name, reader)
  const tables = checkTables(program.tables(), manifest)
  return createPolicy({ manifest, program, tables, ...reader }, options.hosts ?? {})
}

/** Returns whether code may make regular expressions. If not, making one throws. */
function hasRegex(code: string): boolean {
  return code.includes('abi.regex') || code.includes('abi.matches') || code.includes('abi.pattern')
}

function compile(realm: Realm, body: string, filename: string): CompiledBody {
  try {
    return realm.compile(body, filename)
  } catch (thrown) {
    const { message } = hostError(thrown, () => undefined)
    const problem = thrown instanceof ForbiddenWord ? message : `not a function body: ${message}`
    throw new PolicyError('module-syntax', `${filename} is ${problem}`)
  }
}

function open(
  realm: Realm,
  [policy, validators]: readonly [CompiledBody, CompiledBody],
  name: string,
  reader: StackReader,
): Program {
  const again = () => realm.open(policy, validators)
  try {
    return again()
  } catch (thrown) {
    const error = hostError(thrown, again)
    throw new PolicyError(
      'module-threw',
      `the policy module of ${name} cannot be set up: ${error.message}${reader.placeOf(error)}; rebuild the bundle`,
    )
  }
}
