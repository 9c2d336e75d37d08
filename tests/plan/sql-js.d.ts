/** What the tests use of it. */
declare module 'sql.js' {
  type Value = string | number | null | Uint8Array
  export interface Database {
    run(sql: string, values?: readonly Value[]): void
    exec(
      sql: string,
      values?: readonly Value[],
    ): readonly { readonly columns: readonly string[]; readonly values: readonly (readonly Value[])[] }[]
    close(): void
  }
  export interface SqlJsStatic {
    readonly Database: new () => Database
  }
  const initSqlJs: () => Promise<SqlJsStatic>

  // biome-ignore lint/style/noDefaultExport: as the package has it
  export { initSqlJs as default }
}
