export { bitsOf, FAMILIES, familyOf, JWS_ALGORITHMS, type JwsAlgorithm } from './algorithms.ts'
export {
  type CompactJws,
  MAX_TOKEN,
  parseJsonObject,
  payloadIn,
  readCompactJws,
  readTypedJws,
  UNSUPPORTED,
} from './compact-jws.ts'
export { type IssuerKey, issuerKey } from './issuer-key.ts'
export { createIssuerKeys, type IssuerKeys } from './issuer-keys.ts'
export { publicKeyOf, thumbprintOf } from './public-key.ts'
export { isSigned, signCompact } from './signature.ts'
export { signer } from './signer.ts'
