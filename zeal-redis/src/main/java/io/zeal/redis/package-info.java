/** The backend {@code redis}: keys, scripts, routing and recovery, over a driver's connections. */
@NullMarked
package io.zeal.redis;

import org.jspecify.annotations.NullMarked;
