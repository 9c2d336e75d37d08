/** Bundles whose code is attacked: those of the examples, of some conformance cases, and of generated policies. */
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { nodeIo } from '../../cli/node-io.ts'
import { type CompiledSchemas, standaloneValidators } from '../../compiler/bundle/index.ts'
import { compile, type InputSchemas } from '../../compiler/index.ts'
import { checkPaths } from '../../compiler/project/index.ts'
import type { Model } from '../../language/index.ts'
import { readConstructs } from '../../spec/conformance/cases.ts'
import { generatePolicy } from '../../spec/differential/generate/policy.ts'
import { readPolicy } from '../../spec/differential/read-policy.ts'
import { imported } from '../schemas/door.ts'
import { SCHEMAS } from '../schemas/schemas.ts'
import type { Samples } from './inside.ts'

export interface Victim {
  readonly policy: string
  readonly validators: string
  readonly samples: Samples
}

/** Characters of code: mutants of longer modules only take longer. */
const LONGEST = 16_000

const root = fileURLToPath(new URL('../../', import.meta.url))

/** @param seeds how many generated policies there are among them */
export function victims(seeds: number): readonly Victim[] {
  const examples = readdirSync(`${root}examples`, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => checkPaths({ ...nodeIo(''), cwd: root }, [`examples/${name}/policies`]).model)
  const constructs = readConstructs()
    .filter((_, at) => at % 4 === 0)
    .map(({ model }) => model)
  const generated = Array.from({ length: seeds }, (_, at) => {
    const read = readPolicy(generatePolicy(at + 1))
    return 'model' in read ? read.model : null
  })
  const schemas = SCHEMAS.filter((_, at) => at % 3 === 0).map((one) => imported(one).model)
  return [...examples, ...constructs, ...generated, ...schemas]
    .filter((model): model is Model => model !== null)
    .flatMap(victimOf)
    .filter(({ validators }) => validators.length <= LONGEST)
}

const known: CompiledSchemas = new Map()

/** None of a policy whose module is too long. */
function victimOf(model: Model): readonly Victim[] {
  const { policy, schemas } = compile(model)
  if (policy.length > LONGEST) return []
  return [{ policy, validators: standaloneValidators(schemas, known), samples: samplesOf(schemas) }]
}

function samplesOf({ claims, data, bodies }: InputSchemas): Samples {
  const of = (schemas: Readonly<Record<string, object>>) =>
    Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, sampleOf(schema as Schema)]))
  const types = Object.fromEntries(Object.entries(bodies).map(([name, { type }]) => [name, type as object]))
  return { claims: of(claims), data: of(data), bodies: of(types) }
}

interface Schema {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema | boolean
  readonly pattern?: string
}

/** A value that a schema of a declaration lets pass, mostly. */
function sampleOf(schema: Schema): unknown {
  if (schema.enum !== undefined) return schema.enum[0]
  if (schema.anyOf?.[0] !== undefined) return sampleOf(schema.anyOf[0])
  switch (typeof schema.type === 'string' ? schema.type : schema.type?.[0]) {
    case 'object': {
      const own = Object.entries(schema.properties ?? {}).map(([name, one]) => [name, sampleOf(one)] as const)
      const more = typeof schema.additionalProperties === 'object' ? [['a', sampleOf(schema.additionalProperties)] as const] : []
      return Object.fromEntries([...own, ...more])
    }
    case 'array':
      return typeof schema.items === 'object' ? [sampleOf(schema.items)] : []
    case 'integer':
    case 'number':
      return 7
    case 'boolean':
      return true
    default:
      return schema.pattern === undefined ? 'a' : '2026-03-01T00:00:00Z'
  }
}
