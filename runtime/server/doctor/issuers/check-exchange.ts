import { randomUUID } from 'node:crypto'
import { type ExchangeConfig, ExchangeEndpoint } from '../../../identity/index.ts'
import { openClient } from '../../bootstrap/open-clients.ts'
import { connectionAdvice } from '../advice.ts'
import { type DoctorContext, SILENT } from '../context.ts'
import type { DoctorCheck, Reporter } from '../diagnosis.ts'

/** Returns a check for each service with token exchange. */
export function exchangeChecks(context: DoctorContext): readonly DoctorCheck[] {
  return Object.entries(context.config.services).flatMap(([name, { exchange }]): readonly DoctorCheck[] => {
    if (exchange === null) return []
    const place = `services.${name}.exchange`
    return [{ name: 'token-exchange', place, run: (report) => checkExchange(place, exchange, context, report) }]
  })
}

/**
 * Checks whether an authorization server exchanges tokens for the proxy: asks it to exchange a token that was never issued. A
 * server that accepts the client refuses the token.
 */
async function checkExchange(
  place: string,
  config: ExchangeConfig,
  { config: { identities }, clients, clock, patience }: DoctorContext,
  report: Reporter,
): Promise<void> {
  const client = openClient(config, clock)
  if ('fault' in client) return report('skipped', 'the credentials of the client cannot be read')
  const own = Object.entries(identities).find(([, { jwt, oauth2, oidc }]) => (jwt ?? oauth2 ?? oidc)?.issuer === config.issuer)
  const fetch = clients.fetchOf(own?.[0] ?? '')
  const deps = { log: SILENT, fetchTimeout: patience, monotonic: () => performance.now() }
  const asked = await new ExchangeEndpoint(config, { ...client, fetch }, deps).ask(`iap-doctor-${randomUUID()}`)
  if (!('detail' in asked))
    return report('problem', 'the server exchanges a token that was never issued', {
      advice: `check that \`${place}.issuer\` is the authorization server of the callers' tokens`,
    })
  const { code, detail } = asked
  if (/`invalid_(?:request|grant|token)`/.test(detail))
    return report('ok', `the server accepts the client \`${config.clientId}\``)
  if (detail.includes('does not accept the proxy'))
    return report('problem', detail, { advice: `compare \`${place}.clientId\` and its secret or key with the registration` })
  if (/`(?:unauthorized_client|unsupported_grant_type)`/.test(detail))
    return report('problem', detail, { advice: 'allow token exchange (RFC 8693) for this client at the server' })
  if (/`invalid_(?:target|scope)`/.test(detail))
    return report('problem', detail, {
      advice: `correct \`audience\`, \`resource\` and \`scopes\` of \`${place}\`: the server does not know this target`,
    })
  const advice = connectionAdvice(detail, {
    address: `${place}.issuer`,
    ca: own === undefined ? null : `identities.${own[0]}.tls.ca`,
  })
  report(code === 'exchange-unavailable' ? 'problem' : 'warning', detail, { advice })
}
