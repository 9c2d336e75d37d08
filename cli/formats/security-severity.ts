/**
 * Severities of warnings about access that may be wider than intended, from 0 to 10 as in CVSS, by code. Other diagnostics have
 * none: a policy with errors decides nothing, and the other warnings are about readability or access that is too narrow.
 */
const SEVERITIES: Readonly<Record<string, number>> = {
  /** A forbid that never applies. */
  IAP5010: 5,
  /** A route without the label that its neighbors have. */
  IAP5013: 4,
  IAP5023: 4,
  /** A permit for all but some paths or methods. */
  IAP5025: 5,
  /** Routes that share paths, under other rules. */
  IAP5028: 5,
  /** A permit on routes that do not exist yet. */
  IAP5029: 5,
  /** A limit that does not limit. */
  IAP5030: 4,
  IAP5031: 4,
  /** A forbid of GET that leaves HEAD. */
  IAP5032: 7,
  /** A pattern that matches more than it looks like. */
  IAP5033: 8,
  /** A route that is open to everybody. */
  IAP5035: 8,
}

/** Returns the severity as code scanning expects it, such as `5.0`; null if the kind of diagnostic has none. */
export function securitySeverity(code: string): string | null {
  return SEVERITIES[code]?.toFixed(1) ?? null
}
