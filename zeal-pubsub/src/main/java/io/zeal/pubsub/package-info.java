/** Messages inside one process: publish and subscribe, and streams that are kept in memory. */
@NullMarked
package io.zeal.pubsub;

import org.jspecify.annotations.NullMarked;
