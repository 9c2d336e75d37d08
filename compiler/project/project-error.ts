/** Why a project cannot be read or built, for the person who asked for it: a sentence, and what to do about it. */
export class ProjectError extends Error {
  readonly help: string | null

  constructor(message: string, help: string | null = null) {
    super(message)
    this.name = 'ProjectError'
    this.help = help
  }
}
