/** What keeps sessions, rate limits or revocations cannot be asked: whoever waits for the answer fails closed. */
export class StoreUnavailable extends Error {}
