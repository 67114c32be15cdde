/** Connections through Redisson. */
@NullMarked
package io.zeal.redis.redisson;

import org.jspecify.annotations.NullMarked;
