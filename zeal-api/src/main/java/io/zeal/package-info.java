/**
 * Shared state for Java: stores, counters, caches and messages over a table in this process or over
 * servers.
 *
 * <p>Begin with {@link io.zeal.Zeal#open()}. The rules that every backend keeps are in {@code
 * docs/contract}; javadoc cites them by number.
 */
@NullMarked
package io.zeal;

import org.jspecify.annotations.NullMarked;
