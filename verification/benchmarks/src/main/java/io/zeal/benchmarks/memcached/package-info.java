/**
 * The area {@code memcached}: Zeal on memcached against clients used directly, over the loopback.
 */
@NullMarked
package io.zeal.benchmarks.memcached;

import org.jspecify.annotations.NullMarked;
