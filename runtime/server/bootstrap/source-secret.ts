import { readSecret } from '../../base/secret.ts'
import { type Problem, problemAt } from '../../base/startup-error.ts'
import type { Config } from '../config/index.ts'

/** Why there is nothing to show a server or registry that the proxy may have bundles. It is read again each time. */
export function sourceSecretProblems({ bundle, source }: Config): Problem[] {
  if (bundle === null || bundle.source.kind === 'file') return []
  const [key, ref] =
    bundle.source.kind === 'https' ? (['token', bundle.source.token] as const) : (['password', bundle.source.password] as const)
  const secret = ref === null ? '' : readSecret(ref)
  return typeof secret === 'string' ? [] : [problemAt(source, ['bundle', key], secret)]
}
