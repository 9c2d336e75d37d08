import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The processors for which an image is made, as OCI names them. */
export const ARCHITECTURES = ['amd64', 'arm64'] as const
export type Architecture = (typeof ARCHITECTURES)[number]

/** What the image has of other projects, each by version and digest: `deploy/container/pins.json`. */
export interface Pins {
  readonly node: { readonly version: string } & Readonly<Record<Architecture, NodePin>>
  readonly debian: {
    /** The code name of the release, such as `bookworm`. */
    readonly suite: string
    /** The number of the release, such as `12`. */
    readonly release: string
    readonly packages: readonly DebianPin[]
  }
}

export interface NodePin {
  /** Name of the package of the npm registry. */
  readonly package: string
  /** `sha512-` and the digest of the tarball in base64. */
  readonly integrity: string
}

/** A Debian package, with the SHA-256 of its file for each processor, in hexadecimal. */
export type DebianPin = { readonly name: string; readonly version: string } & Readonly<Record<Architecture, string>>

/** Returns the pins of a checkout. @param root its folder */
export function readPins(root: string): Pins {
  return JSON.parse(readFileSync(join(root, 'deploy/container/pins.json'), 'utf8')) as Pins
}
