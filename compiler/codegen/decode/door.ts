/**
 * Where a value comes in. Records among claims are open, and times there may be seconds; elsewhere a record says whether it is
 * open. Data stay, so that what is asked of them is made ready.
 */
export type Door = 'claims' | 'data' | 'json'
