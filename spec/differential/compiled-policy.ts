import { standaloneValidators } from '../../compiler/bundle/index.ts'
import { type Compiled, type CompileOptions, compile } from '../../compiler/index.ts'
import type { Model } from '../../language/index.ts'
import { ABI_VERSION, BUNDLE_FORMAT, type Manifest } from '../../runtime/abi/index.ts'
import { type InstantiateInput, instantiate, type Policy } from '../../runtime/policy/index.ts'

/** The policy as the proxy runs it, without the bundle round it. */
export function compiledPolicy(model: Model, options: CompileOptions = {}): Policy {
  return instantiate(instantiable(model, options))
}

export function instantiable(model: Model, options: CompileOptions = {}): InstantiateInput {
  const compiled = compile(model, options)
  return { policy: compiled.policy, validators: validatorsOf(model, compiled), manifest: manifestOf(model, compiled) }
}

/** Validators do not depend on passes, and ajv takes its time. */
const validators = new WeakMap<Model, string>()

function validatorsOf(model: Model, { doors }: Compiled): string {
  const text = validators.get(model) ?? standaloneValidators(doors)
  validators.set(model, text)
  return text
}

function manifestOf(model: Model, { needs, doors }: Compiled): Manifest {
  return {
    format: BUNDLE_FORMAT,
    abi: ABI_VERSION,
    compiler: 'spec/differential',
    revision: `sha256:${'0'.repeat(64)}`,
    sequence: 0,
    needs,
    identities: model.identities.map(({ name, methods }) => ({ name, methods: [...methods] })),
    services: model.services.map(({ name, hosts }) => ({ name, hosts: hosts.map(({ text }) => text) })),
    data: model.data.map(({ name }) => ({ name, schema: doors.data[name] as object })),
    bodies: Object.keys(doors.bodies).sort(),
    invariants: [],
    tests: { passed: 0, failed: 0 },
    files: [],
  }
}
