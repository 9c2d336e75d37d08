import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type Provider from 'oidc-provider'
import { CliError } from '../../cli-error.ts'

export type OidcProvider = typeof Provider

/**
 * Loads the optional package for sign-in with a browser in development, from beside this program or from the project. A proxy
 * does not need the package, so it is not installed by default.
 *
 * @param identity the identity that needs the package, for the message
 * @throws CliError if the package is not installed
 */
export async function loadOidcProvider(project: string, identity: string): Promise<OidcProvider> {
  const found = (await beside()) ?? (await within(project))
  if (found !== null) return found
  throw new CliError(
    `callers of \`${identity}\` sign in with a browser (\`via oidc\`). \`--dev\` needs the package ` +
      'oidc-provider for this, which is not installed',
    'run `npm install --save-dev oidc-provider`',
  )
}

async function beside(): Promise<OidcProvider | null> {
  try {
    return (await import('oidc-provider')).default
  } catch (error) {
    return ifMissing(error)
  }
}

async function within(project: string): Promise<OidcProvider | null> {
  try {
    const file = createRequire(join(project, 'package.json')).resolve('oidc-provider')
    return ((await import(pathToFileURL(file).href)) as { default: OidcProvider }).default
  } catch (error) {
    return ifMissing(error)
  }
}

function ifMissing(error: unknown): null {
  const { code, message } = error as NodeJS.ErrnoException
  // A missing dependency of the package is another error.
  if ((code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') && message.includes("'oidc-provider'")) return null
  throw error
}
