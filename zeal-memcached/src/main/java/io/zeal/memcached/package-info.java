/** The backend {@code memcached}: items, epochs, conditions and a ring of servers over folsom. */
@NullMarked
package io.zeal.memcached;

import org.jspecify.annotations.NullMarked;
