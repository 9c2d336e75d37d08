/** Custom texts of pages. */
export interface PageTexts {
  /** Language of all texts (RFC 5646). */
  readonly lang: string
  readonly labels: {
    /** Heading above what to do. */
    readonly advice: string
    readonly requestId: string
    readonly status: string
    readonly otherAccount: string
    readonly signInAgain: string
  }
  /** An additional paragraph, such as whom to ask. */
  readonly note: string | null
  /** By code. No prototype. */
  readonly errors: Readonly<Record<string, ErrorTexts>>
}

export type LinkLabel = 'otherAccount' | 'signInAgain'

export interface ErrorTexts {
  readonly title?: string
  readonly detail?: string
  readonly advice?: string
}

export const defaultTexts: PageTexts = {
  lang: 'en',
  labels: {
    advice: 'What you can do',
    requestId: 'Request id',
    status: 'Status',
    otherAccount: 'Sign in with another account',
    signInAgain: 'Sign in again',
  },
  note: null,
  errors: Object.create(null),
}
