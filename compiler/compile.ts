import type { Model } from '../language/checker/model.ts'
import { type EmitOptions, type Emitted, emit, RouteUnits } from './codegen/index.ts'
import type { Compiled, InputSchemas } from './compiled.ts'
import { LoweringMemo, lower, type PolicyIr } from './ir/index.ts'
import { needs } from './needs.ts'
import { passes as allPasses, BY_LINKS, OF_ROUTES, type Pass, PassMemo, runPasses, runPassesOnNew } from './passes/index.ts'
import { sourcePlacesOf } from './places.ts'
import { readsOf } from './reads.ts'
import { claimsSchema } from './schema/claims-schema.ts'
import { jsonSchema } from './schema/type-schema.ts'
import { PolicyPlaces, sourceMapOf } from './source-map.ts'

/** Options of `compile`. Tests replace the passes, such as by none, one, or a wrong one. */
export interface CompileOptions {
  /** The optimization passes to run, in order. Default: all. */
  readonly passes?: readonly Pass[]
  /**
   * Called with the IR after lowering (`pass` is null) and after each optimization pass. Tests pass `verify`, which throws if the
   * IR is invalid.
   */
  readonly check?: (policy: PolicyIr, pass: Pass | null) => void
  readonly emit?: (policy: PolicyIr, options: EmitOptions) => Emitted
  /**
   * Cache from the previous compilation. Requires a model from a check with a memo. All passes run, and `check` is not called.
   */
  readonly memo?: CompileMemo
}

/**
 * Results that one compilation keeps for the next: lowered, optimized and emitted routes. An edit then costs only the work that
 * it affects. Each result depends only on its key, an object that a check with a memo reuses while it is unchanged
 * (`language/checker/check-memo.ts`). The output is therefore the same as without a memo.
 */
export class CompileMemo {
  readonly lowering = new LoweringMemo()
  readonly passes = new PassMemo()
  readonly units = new RouteUnits()
  readonly places = new PolicyPlaces()
}

/**
 * Compiles a checked model to the code and the schemas of a bundle. The result depends on the model, not on the order of its
 * files.
 */
export function compile(model: Model, options: CompileOptions = {}): Compiled {
  const { memo } = options
  const lowered = lower(model, memo?.lowering)
  const policy = memo === undefined ? optimized(lowered, options) : runPassesOnNew(lowered, OF_ROUTES, BY_LINKS, memo.passes)
  const places = memo?.places ?? new PolicyPlaces()
  places.update(sourcePlacesOf(model))
  const { code, mappings } = (options.emit ?? emit)(policy, memo === undefined ? { places } : { places, units: memo.units })
  const sourceMap = sourceMapOf(mappings, places.sources)
  return { policy: code, sourceMap, needs: needs(model), schemas: inputSchemasOf(policy), reads: readsOf(lowered) }
}

function optimized(lowered: PolicyIr, { passes = allPasses, check }: CompileOptions): PolicyIr {
  check?.(lowered, null)
  return runPasses(lowered, passes, check)
}

function inputSchemasOf({ identities, data, routes }: PolicyIr): InputSchemas {
  return {
    claims: Object.fromEntries(identities.map((identity) => [identity.name, claimsSchema(identity)])),
    data: Object.fromEntries(data.map(({ name, type }) => [name, jsonSchema(type)])),
    bodies: Object.fromEntries(
      routes.flatMap(({ name, body }) => (body === null ? [] : [[name, { type: jsonSchema(body.type), source: body.schema }]])),
    ),
  }
}
