import { randomUUID } from 'node:crypto'
import { createIssuerAnswers } from '../../../identity/methods/oauth2/issuer-answers.ts'
import type { OAuth2Config } from '../../../identity/methods/oauth2/oauth2-config.ts'
import { connectionAdvice, credentialAdvice } from '../advice.ts'
import { SILENT } from '../context.ts'
import type { Reporter } from '../diagnosis.ts'
import type { ClientOf } from './check-client.ts'

/**
 * Checks whether an authorization server introspects tokens for the proxy: asks it about a token that was never issued, which is
 * inactive.
 */
export async function checkIntrospection(
  name: string,
  config: OAuth2Config,
  { client, patience }: ClientOf,
  report: Reporter,
): Promise<void> {
  const key = config.introspection === null ? 'issuer' : 'introspection'
  const place = `identities.${name}.${key}`
  const more = { check: 'introspection', place } as const
  const deps = { log: SILENT, monotonic: () => performance.now(), fetchTimeout: patience }
  const answers = createIssuerAnswers(config, client, deps)
  const answer = await answers.ask(`${config.prefix ?? ''}iap-doctor-${randomUUID()}`, '127.0.0.1')
  if (answer === 'inactive') return report('ok', `the server introspects tokens for the client \`${config.clientId}\``, more)
  if (typeof answer === 'object')
    return report('problem', 'the server says that a token that was never issued is active', {
      ...more,
      advice: `correct \`${place}\`: it must be the introspection endpoint of RFC 7662`,
    })
  const problem = answers.status().problem ?? 'the server does not respond'
  const advice = problem.includes('does not accept the proxy')
    ? credentialAdvice(name)
    : /answers 4\d\d|did not answer with/.test(problem)
      ? `correct \`identities.${name}.introspection\`, or enable introspection at the server`
      : connectionAdvice(problem, { address: place, ca: `identities.${name}.tls.ca` })
  report('problem', problem, { ...more, advice })
}
