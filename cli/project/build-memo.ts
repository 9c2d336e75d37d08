import type { CompiledSchemas } from '../../compiler/bundle/index.ts'
import { CompileMemo } from '../../compiler/index.ts'
import { ProjectMemo } from '../../language/index.ts'
import type { KnownParts } from '../../runtime/abi/allowlist/index.ts'

/**
 * What a session that builds again and again keeps, so that an edit costs what it changes; what is built is the same as without.
 */
export class BuildMemo {
  readonly projects = new ProjectMemo()
  readonly compilations = new CompileMemo()
  /** Validators that ajv made. */
  readonly schemas: CompiledSchemas = new Map()
  /** Parts of the module that were looked at before it ran. */
  readonly known: KnownParts = new Map()
}
