/** Questions about copies that follow a Redis server. */
@NullMarked
package io.zeal.benchmarks.tiered;

import org.jspecify.annotations.NullMarked;
