import type { CanonicalRequest } from '../../../request/index.ts'
import type { SignIn } from '../../identity/index.ts'
import type { RequestContext } from '../request-context.ts'
import type { BrowserOrigin } from './browser-origin.ts'
import type { SignInAt } from './own-hosts.ts'

export interface Visit {
  readonly context: RequestContext
  readonly request: CanonicalRequest
  readonly signIn: SignIn
  readonly at: SignInAt
  readonly place: BrowserOrigin
}
