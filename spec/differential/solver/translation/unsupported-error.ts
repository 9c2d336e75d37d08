/** Of this the translation does not speak: nobody is asked. */
export class UnsupportedError extends Error {
  constructor(what: string) {
    super(`no translation of ${what}`)
    this.name = 'UnsupportedError'
  }
}
