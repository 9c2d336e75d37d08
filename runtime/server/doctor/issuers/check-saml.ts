import { X509Certificate } from 'node:crypto'
import { readRegular } from '../../../base/files/read-regular.ts'
import { readIdpMetadata } from '../../../identity/methods/saml/idp-metadata.ts'
import type { SamlConfig } from '../../../identity/methods/saml/saml-config.ts'
import { reportExpiry } from '../check-certificates.ts'
import type { DoctorContext } from '../context.ts'
import type { DoctorCheck, Reporter } from '../diagnosis.ts'

/** Returns a check for each SAML provider. The start-up check reports invalid files. */
export function samlChecks({ config, clock }: DoctorContext): readonly DoctorCheck[] {
  return Object.entries(config.identities).flatMap(([name, { saml }]): readonly DoctorCheck[] =>
    saml === null
      ? []
      : [
          {
            name: 'saml-metadata',
            place: `identities.${name}.metadata`,
            run: (report) => checkMetadata(saml, name, clock(), report),
          },
        ],
  )
}

/** The proxy ignores the dates of a provider's certificate, but a provider that has renewed it signs by another key. */
async function checkMetadata({ metadata, signing }: SamlConfig, name: string, now: number, report: Reporter): Promise<void> {
  const bytes = await readRegular(metadata).catch(() => null)
  // `http:` addresses are checked at start-up.
  const read = bytes && readIdpMetadata(bytes, () => true)
  if (!read?.ok) return report('skipped', `\`${metadata}\` cannot be read as metadata`)
  const { entityId, certificates } = read.value
  report('ok', `the metadata are those of \`${entityId}\``)
  const ends = certificates.map(({ pem }) => Date.parse(new X509Certificate(pem).validTo))
  const last = Math.max(...ends)
  if (last <= now)
    report('warning', `the certificate of the provider in the metadata expired on ${new Date(last).toISOString()}`, {
      advice: `download the provider's current metadata to \`identities.${name}.metadata\`: it may sign by another key`,
    })
  const own = signing === null ? null : await readRegular(signing.cert).catch(() => null)
  if (own === null) return
  try {
    reportExpiry('the certificate that signs requests', Date.parse(new X509Certificate(own).validTo), now, (...told) =>
      report(told[0], told[1], { ...told[2], place: `identities.${name}.signing` }),
    )
  } catch {
    report('skipped', `\`${signing?.cert}\` is no certificate`, { place: `identities.${name}.signing` })
  }
}
