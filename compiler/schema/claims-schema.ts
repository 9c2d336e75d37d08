/** The JSON Schema of the claims that an identity's credential must carry. */
import { type FieldShape, isScope } from '../../language/checker/types/type.ts'
import type { JsonSchema } from '../compiled.ts'
import type { IdentityIr } from '../ir/index.ts'
import { DIALECT, type Placed, placed, typeSchema } from './type-schema.ts'

/**
 * Returns the JSON Schema for the claims of an identity's tokens. Other claims are allowed, such as `exp` and `iss`. An identity
 * with only `mtls` also requires the certificate's fields; with several methods they may be absent.
 */
export function claimsSchema({ claims, spiffe }: IdentityIr): JsonSchema {
  const fields = [...claims].map(([, shape]): Placed => ({ ...shape, schema: claimSchema(shape) }))
  return { $schema: DIALECT, ...placed(spiffe ? [...fields, ...CERTIFICATE] : fields, true) }
}

/** SPIFFE-ID, section 2. The `facts` function rejects `.` and `..` as segments, which a pattern expresses badly. */
const CERTIFICATE: readonly Placed[] = [
  {
    path: ['spiffe_id'],
    optional: false,
    schema: { type: 'string', maxLength: 2048, pattern: '^spiffe://[a-z0-9._-]{1,255}(?:/[A-Za-z0-9._-]+)+$' },
  },
  { path: ['dns_names'], optional: true, schema: { type: 'array', items: { type: 'string' } } },
]

function claimSchema({ type, path }: FieldShape): JsonSchema {
  const schema = typeSchema(type, 'claims')
  return isScope(path, type) ? { anyOf: [{ type: 'string' }, schema] } : schema
}
