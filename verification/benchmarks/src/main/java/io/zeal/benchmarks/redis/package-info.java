/** The area {@code redis}: Zeal on Redis against clients used directly, over the loopback. */
@NullMarked
package io.zeal.benchmarks.redis;

import org.jspecify.annotations.NullMarked;
