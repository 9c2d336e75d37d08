import { CliError } from './cli-error.ts'
import type { Flag, Flags } from './command.ts'

export const FORMAT = {
  type: 'string',
  value: 'human|json',
  oneOf: ['human', 'json'],
  help: 'Write text for people, or JSON for programs (default: human)',
} as const satisfies Flag

export const KEY = {
  type: 'string',
  short: 'k',
  multiple: true,
  value: 'KEY',
  help: 'Trust bundles signed by this public key: a JWK, JWK Set or PEM file',
} as const satisfies Flag

export const SIGN = {
  sign: {
    type: 'string',
    multiple: true,
    value: 'KEY|-',
    help: 'Sign with the private key in this file, or on standard input: a JWK or PEM; `iap keygen` generates one',
  },
  'sign-env': {
    type: 'string',
    multiple: true,
    value: 'NAME',
    help: 'Sign with the private key in this environment variable',
  },
} as const satisfies Flags

/**
 * Parses a flag as an integer from 0. Returns `fallback` if the flag is absent.
 *
 * @throws CliError if the text is not such an integer
 */
export function wholeNumber(name: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
    throw new CliError(`\`--${name}\` must be a whole number from 0, got \`${text}\``)
  return value
}
