/** Connections through Jedis. */
@NullMarked
package io.zeal.redis.jedis;

import org.jspecify.annotations.NullMarked;
