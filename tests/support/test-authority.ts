import type { KeyObject } from 'node:crypto'
import {
  type CertificateOptions,
  type Certified,
  ecKeys,
  makeCertificate,
  makeRevocationList,
  type RevocationListOptions,
} from './x509.ts'

type Wanted = Omit<CertificateOptions, 'subject' | 'issuer' | 'ca'>

/** Who vouches for certificates of a test. */
export interface TestAuthority {
  /** PEM. */
  readonly cert: string
  readonly issuer: { readonly subject: string; readonly privateKey: KeyObject }
  /** For hosts, the first of which is its common name too. */
  server(names: readonly string[], options?: Wanted): Certified
  client(subject: string, options?: Wanted & Pick<CertificateOptions, 'ca'>): Certified
  /** An X.509-SVID. */
  svid(id: string, options?: Wanted & Pick<CertificateOptions, 'ca'>): Certified
  /** Another one, for which it vouches. */
  below(subject: string, options?: Wanted): TestAuthority
  /** Of those that it has revoked. */
  revoked(serials: readonly Buffer[], options?: Omit<RevocationListOptions, 'issuer' | 'serials'>): string
}

export function testAuthority(
  subject = 'test authority',
  options: Wanted & Pick<CertificateOptions, 'issuer'> = {},
): TestAuthority {
  const keys = options.keys ?? ecKeys()
  const { cert } = makeCertificate({ ...options, subject, keys, ca: true })
  const issuer = { subject, privateKey: keys.privateKey }
  return {
    cert,
    issuer,
    server: (names, options) => makeCertificate({ subject: names[0] ?? 'nobody', names, usage: 'server', issuer, ...options }),
    client: (name, options) => makeCertificate({ subject: name, usage: 'client', issuer, ...options }),
    svid: (id, options) =>
      makeCertificate({ subject: 'workload', uris: [id], usage: 'client', keyUsage: ['digitalSignature'], issuer, ...options }),
    below: (name, options) => testAuthority(name, { ...options, issuer }),
    revoked: (serials, options) => makeRevocationList({ issuer, serials, ...options }),
  }
}
