import type { Problem } from '../../base/startup-error.ts'
import { type ConfigPart, checkParts } from '../check-config.ts'
import type { Config } from '../config/index.ts'
import type { DoctorCheck } from './diagnosis.ts'

/** Returns the check of all files and secrets of a configuration, by the same code as `iap run --check`. */
export function startUpCheck(config: Config): DoctorCheck {
  return {
    name: 'start-up',
    place: 'start-up',
    async run(report) {
      const parts = await checkParts(config)
      for (const { part, problems } of parts)
        for (const problem of problems) report('problem', problem.message, { place: part, advice: startUpAdvice(part, problem) })
      if (parts.every(({ problems }) => problems.length === 0)) report('ok', 'files, keys and secrets are valid')
    },
  }
}

/** Returns what to change so that a problem of the start-up goes away. Many messages name it already; the advice adds to them. */
export function startUpAdvice(part: ConfigPart, { message }: Problem): string {
  const found = ADVICE.find(([pattern]) => pattern.test(message))
  return found?.[1] ?? OTHERWISE[part]
}

const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/environment variable/, 'set the variable in the environment of the proxy'],
  [/needs at least \d+: a shorter one/, 'generate a longer secret: `openssl rand -hex 32`'],
  [
    /is not the certificate of/,
    'configure a certificate and a key that belong together, or issue a new certificate for this key',
  ],
  [/it must come first/, 'write the certificate of the key first in the file, and its issuers after it'],
  [/is encrypted/, 'decrypt the private key: `openssl pkey -in KEY -out NEW-KEY`'],
  [/\bbundle expired\b/, 'build the bundle again with a later end (`iap build --expires`)'],
  [/expired on/, 'renew the certificate'],
  [/valid only from/, 'set the clock of this machine, or issue the certificate again'],
  [/created with another secret/, 'set `hmacKey` to the secret with which `iap key create` made the file'],
  [
    /\((?:unsigned|unknown-key|too-few-signatures)\)/,
    'sign the bundle with a key of `bundle.keys` (`iap sign`), or add the public key of its signer to `bundle.keys`',
  ],
  [
    /\((?:not-gzip|truncated|corrupt|bad-signature|file-mismatch|too-large)\)/,
    'deploy the bundle again: the file is damaged or changed',
  ],
  [/\((?:abi|format)\)/, 'build the bundle with the version of `iap` that runs it'],
  [/the policy names|not configured/, 'add what the policy names to the configuration, or deploy the policy that fits it'],
  [/expected a regular file/, 'name a regular file'],
  [/cannot be read: ENOENT|no such file|does not exist$/, 'correct the path, or create the file'],
  [/EACCES|EPERM|permission denied/, 'give the user that runs the proxy access to the file'],
]

const OTHERWISE: Readonly<Record<ConfigPart, string>> = {
  paths: 'configure another path, or give the user that runs the proxy access to it',
  'unix-groups': 'create the group, or configure another one',
  'tls-files': 'correct or replace the file',
  'client-credentials': 'correct the secret or the key',
  'identity-files': 'correct the file or its secret',
  'sign-in': 'correct the key or the metadata file',
  'token-exchange': 'correct the credentials of `exchange`',
  admin: 'correct the tokens and the TLS files of `admin`',
  'security-events': 'correct the token of `events`',
  audit: 'correct the keys and secrets of `audit`',
  'learned-routes': 'configure another file for `learn`',
  pages: 'correct the page file',
  bundle: 'build the bundle again, or correct `bundle`',
}
