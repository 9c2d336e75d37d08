import { type Certified, makeCertificate } from './x509.ts'

/** A certificate that nobody vouches for, for one name or IPv4 address, valid for a day; ECDSA with P-256. */
export function selfSigned(name: string): Certified {
  return makeCertificate({ subject: name, names: [name], ca: true })
}
