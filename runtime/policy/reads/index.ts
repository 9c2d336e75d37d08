export { bySub, claimsOf, isOfSubject, valuesFor } from './of-identity.ts'
