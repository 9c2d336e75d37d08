/** A version of the documentation that is published. */
export interface PublishedVersion {
  readonly version: string
  /** Where it is: an address, or a path of the same server that ends with `/`. */
  readonly url: string
}

/**
 * Reads `versions.json`.
 *
 * @throws Error that names the first thing that does not have the expected form
 */
export function readVersions(text: string): readonly PublishedVersion[] {
  const value: unknown = JSON.parse(text)
  const released = typeof value === 'object' && value !== null && 'released' in value ? value.released : undefined
  if (!Array.isArray(released)) throw new Error('versions.json: expected `released` to be a list of versions')
  return released.map((one: unknown, at) => {
    const { version, url } = (typeof one === 'object' && one !== null ? one : {}) as Record<string, unknown>
    if (typeof version !== 'string' || !/^\d+\.\d+\.\d+/.test(version))
      throw new Error(
        `versions.json: released[${at}].version: expected a version such as "1.2.3", got ${JSON.stringify(version)}`,
      )
    if (typeof url !== 'string' || !/^(?:https:\/\/|\/).*\/$/.test(url))
      throw new Error(
        `versions.json: released[${at}].url: expected an https URL or a path, with "/" at its end, got ${JSON.stringify(url)}`,
      )
    return { version, url }
  })
}

/** Returns the name of the version that is built: one that is not among the released ones is marked. */
export function versionName(current: string, released: readonly PublishedVersion[]): string {
  return released.some(({ version }) => version === current) ? current : `${current} (unreleased)`
}
