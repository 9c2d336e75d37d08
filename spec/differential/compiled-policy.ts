import { standaloneValidators } from '../../compiler/bundle/index.ts'
import { type BodySchema, type Compiled, type CompileOptions, compile, type InputSchemas } from '../../compiler/index.ts'
import type { Model } from '../../language/index.ts'
import { policyViolation } from '../../runtime/abi/allowlist/index.ts'
import {
  ABI_VERSION,
  helpers as abiHelpers,
  BUNDLE_FORMAT,
  type Manifest,
  type Validator,
  type Validators,
  writeReads,
} from '../../runtime/abi/index.ts'
import type { Policy } from '../../runtime/policy/index.ts'
import { checkTables } from '../../runtime/policy/module/module-shape.ts'
import { createPolicy } from '../../runtime/policy/module/policy.ts'
import { openProgram } from '../../runtime/realm/program/open-program.ts'

export interface PolicyOptions extends CompileOptions {
  /** What emitted code calls. */
  readonly helpers?: typeof abiHelpers
  /**
   * `needed`: every value passes those validators that only say in words what the conversions behind them say by themselves, as it is
   * they that take most of the time to make. What a schema asks of a body, they alone know.
   */
  readonly validators?: 'all' | 'needed'
}

/** The policy as the proxy runs it, without the bundle round it. */
export function compiledPolicy(
  model: Model,
  { helpers = abiHelpers, validators: which = 'all', ...options }: PolicyOptions = {},
): Policy {
  const compiled = compile(model, options)
  checkWhitelist(compiled)
  return instantiated(model, compiled, which, helpers)
}

/** Throws where the code is not what a compiler emits: a bundle with it is refused. */
export function checkWhitelist({ policy }: Compiled): void {
  const violation = policyViolation(policy)
  if (violation !== null) throw new Error(`not on the whitelist: ${JSON.stringify(violation)}`)
}

/** What was compiled, ready to decide. */
export function instantiated(
  model: Model,
  compiled: Compiled,
  which: NonNullable<PolicyOptions['validators']>,
  helpers = abiHelpers,
): Policy {
  const manifest = manifestOf(model, compiled)
  const module: unknown = new Function('abi', compiled.policy)(helpers)
  const validators = which === 'all' ? validatorsOf(compiled) : neededValidators(compiled)
  // In this realm: millions of them are made, of what was compiled here.
  const program = openProgram(module, validators)
  const tables = checkTables(program.tables(), manifest)
  return createPolicy({ manifest, program, tables, stackOf: () => null, placeOf: () => '' }, {})
}

/** Policies in a row may declare the same. */
let last: { readonly schemas: string; readonly validators: Validators } | null = null

function validatorsOf({ schemas }: Compiled): Validators {
  const text = JSON.stringify(schemas)
  if (last?.schemas !== text) last = { schemas: text, validators: makeValidators(schemas) }
  return last.validators
}

function makeValidators(schemas: InputSchemas): Validators {
  return new Function('abi', standaloneValidators(schemas))(abiHelpers)
}

function neededValidators({ schemas }: Compiled): Validators {
  const lenient = (names: object) => Object.fromEntries(Object.keys(names).map((name) => [name, () => true]))
  const bodies = Object.entries(schemas.bodies).map(([name, schema]) => [
    name,
    schema.source === null ? () => true : bodyValidator(schema),
  ])
  return { claims: lenient(schemas.claims), data: lenient(schemas.data), bodies: Object.fromEntries(bodies) }
}

const known = new Map<string, Validator>()

/** There are few schemas, which many policies import. */
function bodyValidator(schema: BodySchema): Validator {
  const text = JSON.stringify(schema)
  const validator =
    known.get(text) ?? (makeValidators({ claims: {}, data: {}, bodies: { body: schema } }).bodies.body as Validator)
  known.set(text, validator)
  return validator
}

function manifestOf(model: Model, { needs, schemas, reads }: Compiled): Manifest {
  return {
    format: BUNDLE_FORMAT,
    abi: ABI_VERSION,
    compiler: 'spec/differential',
    revision: `sha256:${'0'.repeat(64)}`,
    sequence: 0,
    needs,
    identities: model.identities.map(({ name, methods }) => ({ name, methods: [...methods] })),
    services: model.services.map(({ name, hosts }) => ({ name, hosts: hosts.map(({ text }) => text) })),
    data: model.data.map(({ name }) => ({ name, schema: schemas.data[name] as object })),
    bodies: Object.keys(schemas.bodies).sort(),
    invariants: [],
    ...(reads !== undefined && { reads: writeReads(reads) }),
    check: { warnings: 0 },
    tests: { passed: 0, failed: 0 },
    files: [],
  }
}
