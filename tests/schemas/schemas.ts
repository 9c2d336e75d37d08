import { COMPOSED } from './cases/composed.ts'
import { EARLIER_DRAFTS } from './cases/earlier-drafts.ts'
import { OPEN_API } from './cases/open-api.ts'
import { PLAIN } from './cases/plain.ts'
import type { SchemaCase } from './schema-case.ts'

/**
 * Schemas as people write them, of every dialect, and the type that each becomes. `oracle.ts` says what ajv says of a value by the schema as
 * it stands here; the test compares that with what our door says.
 */
export const SCHEMAS: readonly SchemaCase[] = [...PLAIN, ...COMPOSED, ...OPEN_API, ...EARLIER_DRAFTS]
