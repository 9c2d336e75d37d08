/** Cases in scope that are not as the suite has them, each with the reason. They are run, and one that begins to pass fails the run. */
export const knownDeviations: Readonly<Record<string, string>> = {}
