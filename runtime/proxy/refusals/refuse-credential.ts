import type { Refused } from '../../identity/index.ts'
import type { RequestContext } from '../request-context.ts'
import { badCredential, type Refusal } from './refusal.ts'

/** Records why a credential is refused, and returns the refusal. */
export function refuseCredential(context: RequestContext, refused: Refused): Refusal {
  context.detail = refused.message
  context.mismatch = refused.mismatch ?? null
  return badCredential(refused)
}
