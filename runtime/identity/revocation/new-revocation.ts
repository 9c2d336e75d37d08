import { randomBytes } from 'node:crypto'
import type { Revocation } from './revocation.ts'

export function newRevocation(said: Omit<Revocation, 'id'>): Revocation {
  return { id: randomBytes(12).toString('base64url'), ...said }
}
