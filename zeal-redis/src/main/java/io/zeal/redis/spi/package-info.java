/**
 * What a Redis driver implements: connections to one node, and nothing else.
 *
 * <p>Which node a command goes to, what is sent again and what is not, how long a call may take and
 * when a connection is replaced is decided above it, once for all drivers (ADR 0040).
 */
@NullMarked
package io.zeal.redis.spi;

import org.jspecify.annotations.NullMarked;
