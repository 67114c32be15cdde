package io.zeal.memcached;

/**
 * A row that a server holds and that has not expired.
 *
 * @param expiryMillis when it ends, in milliseconds since 1970; 0 for never
 */
record StoredRow<R>(RowForm<R>.Cells cells, long expiryMillis) {}
