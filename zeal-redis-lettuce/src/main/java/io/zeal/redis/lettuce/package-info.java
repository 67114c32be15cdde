/** The driver {@code lettuce}. Nothing here is meant to be called by applications. */
@NullMarked
package io.zeal.redis.lettuce;

import org.jspecify.annotations.NullMarked;
