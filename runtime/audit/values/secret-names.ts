/**
 * Names of what lets somebody in: a value of such a name is never recorded, whatever reads it. The language reads no `authorization` and no
 * `cookie`; what a deployment takes credentials from besides, and what callers call theirs, it does not know.
 */
export function isSecretName(name: string): boolean {
  return SECRET.test(name.replace(/([a-z\d])([A-Z])/g, '$1-$2'))
}

const SECRET =
  /(?:^|[-_.])(?:authorization|cookie|token|jwt|bearer|secret|password|passwd|passphrase|pwd|pin|otp|credentials?|signature|assertion|session|csrf|xsrf|dpop|api[-_]?key|private[-_]?key|key)(?:s|[-_](?:id|value))?$/i
