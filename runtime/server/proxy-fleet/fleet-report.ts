import { createHash } from 'node:crypto'

/** The state that a proxy reports to its fleet. Times are in milliseconds since 1970, by the clock of the proxy. */
export interface FleetReport {
  /** Random text that differs between two runs of a proxy with the same ID. */
  readonly instance: string
  /** Version of the program. */
  readonly version: string
  /** The active policy; `null` if there is none. */
  readonly policy: { readonly revision: string; readonly sequence: number; readonly since: number } | null
  /** SHA-256 of the configuration, in hexadecimal. */
  readonly config: string
  readonly ready: boolean
  /** Reasons why the proxy is not ready; empty if it is ready. */
  readonly reasons: readonly string[]
  /** Why the latest bundle of the source is not active; `null` if it is. */
  readonly lastError: { readonly code: string; readonly at: number } | null
  /** Whether another proxy reports with the same ID. */
  readonly isShared: boolean
}

/** Maximum length of a report in bytes. */
export const MOST_REPORT = 2048

/** Maximum number and length of reported reasons. */
const MOST_REASONS = { count: 4, characters: 200 }

const ID = /^[0-9A-Za-z][0-9A-Za-z._-]{0,62}$/

/** Returns whether a text can identify a proxy: 1 to 63 letters, digits, dots, underscores and hyphens, such as a host name. */
export function isFleetId(text: string): boolean {
  return ID.test(text)
}

/** Serializes a report, which `parseReport` reads. The version of the format is `v`. */
export function renderReport(report: FleetReport): string {
  const reasons = report.reasons.slice(0, MOST_REASONS.count).map((reason) => reason.slice(0, MOST_REASONS.characters))
  return JSON.stringify({ v: 1, ...report, reasons })
}

/**
 * Parses a report that any program with access to the Redis may have written. Returns `null` unless it has the format of
 * `renderReport`. Additional members are left out.
 */
export function parseReport(text: string): FleetReport | null {
  if (Buffer.byteLength(text) > MOST_REPORT) return null
  const value = jsonOf(text)
  if (!isObject(value) || value.v !== 1) return null
  const { instance, version, policy, config, ready, reasons, lastError, isShared } = value
  if (typeof instance !== 'string' || !/^[\w-]{16,64}$/.test(instance)) return null
  if (typeof version !== 'string' || !/^[\w.+-]{1,64}$/.test(version)) return null
  if (typeof config !== 'string' || !/^[0-9a-f]{64}$/.test(config)) return null
  if (typeof ready !== 'boolean' || typeof isShared !== 'boolean') return null
  if (!Array.isArray(reasons) || reasons.length > MOST_REASONS.count || !reasons.every(isReason)) return null
  const active = policyOf(policy)
  const error = errorOf(lastError)
  if (active === undefined || error === undefined) return null
  return { instance, version, policy: active, config, ready, reasons, lastError: error, isShared }
}

function isReason(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MOST_REASONS.characters
}

function policyOf(value: unknown): FleetReport['policy'] | undefined {
  if (value === null) return null
  if (!isObject(value)) return undefined
  const { revision, sequence, since } = value
  const isGood = typeof revision === 'string' && /^sha256:[0-9a-f]{64}$/.test(revision) && isWhole(sequence) && isTime(since)
  return isGood ? { revision, sequence, since } : undefined
}

function errorOf(value: unknown): FleetReport['lastError'] | undefined {
  if (value === null) return null
  if (!isObject(value)) return undefined
  const { code, at } = value
  return typeof code === 'string' && /^[\w-]{1,64}$/.test(code) && isTime(at) ? { code, at } : undefined
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

/** Whether a value is a time that JavaScript can format. */
function isTime(value: unknown): value is number {
  return isWhole(value) && value <= 8.64e15
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Returns the SHA-256 of the text of a configuration, in hexadecimal. User names and passwords in URLs are left out, because a
 * weak password could be found from the digest.
 */
export function configDigest(text: string): string {
  return createHash('sha256')
    .update(text.replaceAll(/(:\/\/)[^\s/@"']*(?:@)/g, '$1'))
    .digest('hex')
}
