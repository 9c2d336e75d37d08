/** Result of a check. `skipped`: the check could not run or does not apply, and the message says why. */
export type Verdict = 'ok' | 'warning' | 'problem' | 'skipped'

export type CheckName =
  | 'bundle-expiry'
  | 'bundle-sequence'
  | 'bundle-source'
  | 'certificate-expiry'
  | 'certificate-names'
  | 'client-credentials'
  | 'clock'
  | 'collector'
  | 'configuration'
  | 'file-descriptors'
  | 'introspection'
  | 'issuer-keys'
  | 'issuer-metadata'
  | 'listener'
  | 'redis'
  | 'saml-metadata'
  | 'service'
  | 'start-up'
  | 'state-folder'
  | 'token-exchange'

/** A result of checking a configuration against its environment. It holds no secret. */
export interface Diagnosis {
  readonly check: CheckName
  /** What was checked: a configuration key such as `identities.staff.issuer`, or a part of the start-up such as `tls-files`. */
  readonly place: string
  readonly result: Verdict
  /** What was found, and why. */
  readonly message: string
  /** What to change; `null` if nothing. */
  readonly advice: string | null
}

/** Adds a result to those of a check. `more` replaces the check's own name and place. */
export type Reporter = (
  result: Verdict,
  message: string,
  more?: { readonly advice?: string; readonly check?: CheckName; readonly place?: string },
) => void

export interface DoctorCheck {
  readonly name: CheckName
  readonly place: string
  /** Reports at least one result. Results that it reports before it fails or is late count, too. */
  run(report: Reporter): Promise<void>
}
