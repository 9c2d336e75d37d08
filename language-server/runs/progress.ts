import type { CancellationToken, Connection, WorkDoneProgressReporter } from 'vscode-languageserver'
import type { ProgressToken } from 'vscode-languageserver-protocol'

/** Milliseconds after which a client shows that something runs. */
const DELAY = 300

/** The progress of a run, as the client shows it if the run takes a while. The run does not wait for the client to be ready. */
export class RunProgress {
  #reporter: WorkDoneProgressReporter | null = null
  #cancellation: CancellationToken | null = null
  #percent = 0
  #isDone = false
  #timer: ReturnType<typeof setTimeout> | undefined

  /**
   * Begins a progress.
   *
   * @param token of the request, if it has one; else the client is asked to create a progress, which can be cancelled there
   */
  constructor({ window }: Connection, title: string, token: ProgressToken | undefined) {
    if (token !== undefined) this.#begin(window.attachWorkDoneProgress(token), title, false)
    else this.#timer = setTimeout(() => void this.#create(window, title), DELAY)
  }

  get isCancelled(): boolean {
    return this.#cancellation?.isCancellationRequested === true
  }

  report(percent: number): void {
    if (percent === this.#percent) return
    this.#percent = percent
    this.#reporter?.report(percent)
  }

  done(): void {
    this.#isDone = true
    clearTimeout(this.#timer)
    this.#reporter?.done()
  }

  async #create(window: Connection['window'], title: string): Promise<void> {
    // A client that refuses shows nothing.
    const reporter = await window.createWorkDoneProgress().catch(() => null)
    if (reporter === null) return
    this.#cancellation = reporter.token
    this.#begin(reporter, title, true)
  }

  #begin(reporter: WorkDoneProgressReporter, title: string, isCancellable: boolean): void {
    this.#reporter = reporter
    reporter.begin(title, this.#percent, undefined, isCancellable)
    if (this.#isDone) reporter.done()
  }
}
