export { type LoadedPolicy, loadPolicy } from './load-policy.ts'
export { type CredentialKind, type ReadCredential, readCredential } from './read-credential.ts'
export type { Reason } from './reason.ts'
export { type WhoIs, type WhoIsOptions, whoIs } from './who-is.ts'
