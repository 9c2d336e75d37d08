import type { Model } from '../language/semantics/model.ts'
import type { Type } from '../language/semantics/types/type.ts'
import { type EmitOptions, type Emitted, emit } from './codegen/index.ts'
import type { Compiled, Doors, JsonSchema } from './compiled.ts'
import { lower, type PolicyIr } from './ir/index.ts'
import { needs } from './needs.ts'
import { passes as allPasses, type Pass, runPasses } from './passes/index.ts'
import { spansOf } from './places.ts'
import { claimsSchema } from './schema/claims-schema.ts'
import { jsonSchema } from './schema/json-schema.ts'
import { locatePlaces, sourceMapOf } from './source-map.ts'

/** What tests put in the place of the compiler's own parts: no passes, one of them, or a broken one. */
export interface CompileOptions {
  /** In order. Default: all. */
  readonly passes?: readonly Pass[]
  /** Sees the IR after lowering (`pass` null) and after each pass; `verify` fits. */
  readonly check?: (policy: PolicyIr, pass: Pass | null) => void
  readonly emit?: (policy: PolicyIr, options: EmitOptions) => Emitted
}

/** A checked model → what a bundle holds. The same model gives the same text, whatever the order of its files; where clauses stand, it says. */
export function compile(model: Model, options: CompileOptions = {}): Compiled {
  const lowered = lower(model)
  options.check?.(lowered, null)
  const policy = runPasses(lowered, options.passes ?? allPasses, options.check)
  const places = locatePlaces(spansOf(model))
  const { code, mappings } = (options.emit ?? emit)(policy, { locate: places.locate })
  return { policy: code, sourceMap: sourceMapOf(mappings, places.sources), needs: needs(model), doors: doorsOf(policy) }
}

function doorsOf({ identities, data, routes }: PolicyIr): Doors {
  // Many routes have the same body.
  const schemas = new Map<Type, JsonSchema>()
  const schemaOf = (type: Type): JsonSchema => {
    const schema = schemas.get(type) ?? jsonSchema(type)
    schemas.set(type, schema)
    return schema
  }
  return {
    claims: Object.fromEntries(identities.map((identity) => [identity.name, claimsSchema(identity)])),
    data: Object.fromEntries(data.map(({ name, type }) => [name, schemaOf(type)])),
    bodies: Object.fromEntries(
      routes.flatMap(({ name, body }) => (body === null ? [] : [[name, { type: schemaOf(body.type), source: body.schema }]])),
    ),
  }
}
