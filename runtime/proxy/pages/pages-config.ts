/** Files; null: the proxy's own. */
export interface PagesConfig {
  readonly style: FileConfig | null
  readonly texts: FileConfig | null
}

export interface FileConfig {
  readonly file: string
  /** Of its name, in the configuration. */
  readonly path: readonly (string | number)[]
}
