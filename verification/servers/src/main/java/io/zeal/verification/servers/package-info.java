/**
 * Starts real Redis, Valkey and Memcached servers on free loopback ports, without any client
 * library.
 *
 * <p>Begin at {@link io.zeal.verification.servers.ServerTests#startOrSkip}. Everything started here
 * is {@link java.lang.AutoCloseable}; what a test leaves behind ends with the JVM, however that
 * ends.
 */
@NullMarked
package io.zeal.verification.servers;

import org.jspecify.annotations.NullMarked;
