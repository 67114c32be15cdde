package io.zeal.memcached;

/**
 * What a server holds under a key.
 *
 * @param value nobody changes it
 * @param version the server's number of this state of the item (its "cas unique")
 * @param flags 32 bits that the server keeps beside the value
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Item(byte[] value, long version, int flags) {}
