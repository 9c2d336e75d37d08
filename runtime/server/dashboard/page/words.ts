import { element } from './dom.ts'
import type { RecordedEffect, RedactedText } from './shapes.ts'

/** Color supplements the word. */
const TONES: Readonly<Record<RecordedEffect, string>> = {
  permit: 'good',
  deny: 'bad',
  challenge: 'odd',
  unauthenticated: 'odd',
  reject: 'bad',
}

export function effectBadge(effect: RecordedEffect): HTMLElement {
  return badge(effect, TONES[effect] ?? '')
}

export function badge(text: string, tone: string): HTMLElement {
  return element('span', { class: `badge ${tone}` }, text)
}

/** Shortens a policy revision: `sha256:0123456789ab…` becomes `0123456789ab`. */
export function shortRevision(revision: string): string {
  return revision.replace(/^sha256:/, '').slice(0, 12)
}

export function told(value: RedactedText): string {
  if (value === null) return ''
  return typeof value === 'string' ? value : `hash ${value.hash.slice(0, 12)}`
}

export function time(iso: string): HTMLElement {
  return element('time', { datetime: iso, title: iso }, new Date(iso).toLocaleString())
}

export function timeOfDay(iso: string): HTMLElement {
  return element('time', { datetime: iso, title: iso }, new Date(iso).toLocaleTimeString())
}

export function number(value: number): string {
  return value.toLocaleString()
}

export function bytes(value: number | null): string {
  if (value === null) return ''
  if (value < 1024) return `${value} B`
  const [unit, name] = value < 1 << 20 ? [1024, 'KiB'] : value < 1 << 30 ? [1 << 20, 'MiB'] : [1 << 30, 'GiB']
  return `${(value / unit).toFixed(1)} ${name}`
}

/** Formats a duration given in milliseconds. */
export function duration(ms: number): string {
  if (ms < 10) return `${ms.toFixed(2)} ms`
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

/** Formats a long duration given in milliseconds, in its largest whole unit: `30 min`. */
export function span(ms: number): string {
  const units = [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'min'],
  ] as const
  const [unit, name] = units.find(([length]) => ms >= length && ms % length === 0) ?? [1000, 's']
  return `${number(ms / unit)} ${name}`
}

/** Splits a camel-case name into words: `lastError` becomes `last error`. */
export function words(name: string): string {
  return name.replaceAll(/([a-z\d])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`)
}
