import type { Model } from '../../language/index.ts'
import type { KnownParts } from '../../runtime/abi/allowlist/index.ts'
import { instantiate, type Policy } from '../../runtime/policy/index.ts'
import { standaloneValidators } from '../bundle/index.ts'
import { manifestUnpacked } from '../bundle/manifest-of.ts'
import type { Compiled } from '../index.ts'

/**
 * Returns a function that loads compiled policies without packing them. Parts that several policies have in common are created
 * once.
 */
export function createLoader(): (model: Model, compiled: Compiled) => Policy {
  const validators = new Map<string, string>()
  const known: KnownParts = new Map()
  return (model, compiled) => {
    const manifest = manifestUnpacked(compiled, model)
    return instantiate({ manifest, policy: compiled.policy, validators: validatorsOf(compiled, validators) }, { known })
  }
}

/** ajv takes longer than all the rest, and a changed rule rarely changes schemas. */
function validatorsOf({ schemas }: Compiled, known: Map<string, string>): string {
  const key = JSON.stringify(schemas)
  const made = known.get(key) ?? standaloneValidators(schemas)
  known.set(key, made)
  return made
}
