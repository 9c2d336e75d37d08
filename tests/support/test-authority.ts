import { type CertificateOptions, type Certified, ecKeys, makeCertificate } from './x509.ts'

type Wanted = Omit<CertificateOptions, 'subject' | 'issuer' | 'ca'>

/** Who vouches for certificates of a test. */
export interface TestAuthority {
  /** PEM. */
  readonly cert: string
  /** For hosts, the first of which is its common name too. */
  server(names: readonly string[], options?: Wanted): Certified
  client(subject: string, options?: Wanted): Certified
}

export function testAuthority(subject = 'test authority'): TestAuthority {
  const keys = ecKeys()
  const { cert } = makeCertificate({ subject, keys, ca: true })
  const issuer = { subject, privateKey: keys.privateKey }
  return {
    cert,
    server: (names, options) => makeCertificate({ subject: names[0] ?? 'nobody', names, usage: 'server', issuer, ...options }),
    client: (name, options) => makeCertificate({ subject: name, usage: 'client', issuer, ...options }),
  }
}
