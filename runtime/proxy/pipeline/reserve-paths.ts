import { OWN } from '../endpoints/index.ts'
import { refusalOf, WELL_KNOWN } from '../refusals/index.ts'
import type { CanonicalContext, RequestContext } from '../request-context.ts'
import { CONTINUE, type StageResult } from './run-stages.ts'

/**
 * Refuses checks of the proxy's own paths. The asking proxy must pass such requests to a listener that forwards: a service that
 * answered one, such as `/.well-known/iap/jwks.json`, could state other keys for assertions.
 */
export function reservePaths(context: RequestContext): StageResult {
  // The decoded path, so that no other spelling reaches a route below it.
  const { path } = (context as CanonicalContext).request
  return path.startsWith(OWN) || path.startsWith(WELL_KNOWN) ? refusalOf('page-not-found') : CONTINUE
}
