import type { CanonicalRequest } from '../../../request/index.ts'
import { StoreUnavailable } from '../../base/errors.ts'
import { ASSERTION_CONSUMER_PATHS, CALLBACK_PATHS, type SignIn } from '../../identity/index.ts'
import { type Refusal, refusalOf } from '../refusals/refusal.ts'
import type { RequestContext } from '../request-context.ts'
import { answerBackChannel } from './back-channel.ts'
import { browserOriginOf } from './browser-origin.ts'
import { answerCallback } from './callback.ts'
import { answerLogin } from './login.ts'
import type { SignInAt } from './own-hosts.ts'
import { answerAssertion, answerReceived } from './saml/saml-login.ts'
import { answerSamlLogout } from './saml/saml-logout.ts'
import { answerSamlMetadata } from './saml/saml-metadata.ts'
import { answerSignedOut, answerSignOut } from './sign-out.ts'
import type { Visit } from './visit.ts'
import { answerWhoAmI } from './who-am-i.ts'

interface OwnPage {
  readonly methods: readonly string[]
  /** Returns `null` if it has responded. */
  answer(visit: Visit): Promise<Refusal | null>
}

const READ = ['GET', 'HEAD']

const pages: Readonly<Record<string, OwnPage>> = {
  '/.iap/': { methods: READ, answer: answerWhoAmI },
  '/.iap/me': { methods: READ, answer: answerWhoAmI },
  '/.iap/login': { methods: READ, answer: answerLogin },
  '/.iap/saml/received': { methods: ['GET'], answer: answerReceived },
  '/.iap/saml/logout': { methods: ['GET', 'POST'], answer: answerSamlLogout },
  '/.iap/saml/metadata': { methods: READ, answer: answerSamlMetadata },
  '/.iap/logout': { methods: [...READ, 'POST'], answer: answerSignOut },
  '/.iap/signed-out': { methods: READ, answer: answerSignedOut },
}

interface IdentityPage {
  readonly methods: readonly string[]
  answer(visit: Visit, identity: string): Promise<Refusal | null>
}

/** Path prefixes followed by an identity's name. */
const identityPages: Readonly<Record<string, IdentityPage>> = {
  [CALLBACK_PATHS]: { methods: ['GET'], answer: answerCallback },
  [ASSERTION_CONSUMER_PATHS]: { methods: ['POST'], answer: answerAssertion },
}

const BACK_CHANNEL = '/.iap/backchannel-logout'

/**
 * Handles requests for paths below `/.iap/` on hosts with sign-in. Services receive no requests below it, because their pages
 * could pass for the proxy's.
 */
export async function answerBuiltInEndpoint(
  context: RequestContext,
  request: CanonicalRequest,
  signIn: SignIn,
  at: SignInAt,
): Promise<Refusal | null> {
  const { method, path, rawPath } = request
  try {
    if (path === BACK_CHANNEL)
      return method === 'POST' ? await answerBackChannel(context, request, signIn) : wrongMethod(['POST'])
    // Only the canonical spelling: the browser shows this URL to the user.
    const page = path === rawPath ? pageAt(path, at) : undefined
    if (page === undefined) return refusalOf('page-not-found')
    if (!page.methods.includes(method)) return wrongMethod(page.methods)
    const place = browserOriginOf(context, request)
    if (place === null) return refusalOf('login-insecure')
    return await page.answer({ context, request, signIn, at, place })
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error
    context.detail = 'the session store is unavailable'
    return refusalOf('login-unavailable')
  }
}

function pageAt(path: string, { identities }: SignInAt): OwnPage | undefined {
  if (Object.hasOwn(pages, path)) return pages[path]
  const split = path.lastIndexOf('/') + 1
  const page = Object.hasOwn(identityPages, path.slice(0, split)) ? identityPages[path.slice(0, split)] : undefined
  const identity = path.slice(split)
  if (page === undefined || !identities.includes(identity)) return undefined
  return { methods: page.methods, answer: (visit) => page.answer(visit, identity) }
}

function wrongMethod(methods: readonly string[]): Refusal {
  return refusalOf('page-method', { headers: [['allow', methods.join(', ')]] })
}
