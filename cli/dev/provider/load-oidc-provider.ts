import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type Provider from 'oidc-provider'
import { CliError } from '../../cli-error.ts'

export type OidcProvider = typeof Provider

/**
 * The package by which people sign in with a browser in development. It is nothing that a proxy needs, so it comes with nobody
 * who has not asked for it: it lies beside this program, or in the project.
 *
 * @param identity for whose sake
 */
export async function loadOidcProvider(project: string, identity: string): Promise<OidcProvider> {
  const found = (await beside()) ?? (await within(project))
  if (found !== null) return found
  throw new CliError(
    `callers of \`${identity}\` sign in with a browser (\`via oidc\`), and the package oidc-provider, ` +
      'which `--dev` lets them sign in by, is not installed',
    'npm install --save-dev oidc-provider',
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
  // That something is missing which the package itself needs is another matter.
  if ((code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') && message.includes("'oidc-provider'")) return null
  throw error
}
