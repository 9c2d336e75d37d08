export { PackError, type PackInput, packBundle } from './pack-bundle.ts'
export {
  generateSigningKey,
  type PrivateSigningKey,
  privateJwk,
  publicJwk,
  readSigningKey,
  type SigningJwk,
  type SigningKey,
  type SigningKeyProblem,
} from './signing-key.ts'
export { standaloneValidators } from './standalone-validators.ts'
export { COMPILER } from './version.ts'
