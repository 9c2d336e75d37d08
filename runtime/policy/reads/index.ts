export { claimsOf, isOfSubject, valuesFor } from './of-identity.ts'
