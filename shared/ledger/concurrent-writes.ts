/** Writes that go on at once; DynamoDB and the client's sockets take this many without queueing. */
export const CONCURRENT_WRITES = 32;
