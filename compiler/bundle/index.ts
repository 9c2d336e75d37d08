export { COMPILER } from './manifest-of.ts'
export { addSignatures, manifestFor, PackError, type PackInput, packBundle } from './pack-bundle.ts'
export type { SigningJwk } from './signing-jwk.ts'
export {
  generateSigningKey,
  type PrivateSigningKey,
  privateJwk,
  publicJwk,
  readSigningKey,
  type SigningKey,
  type SigningKeyProblem,
} from './signing-key.ts'
export { type CompiledSchemas, standaloneValidators } from './standalone-validators.ts'
export { testsOf } from './tests-of.ts'
