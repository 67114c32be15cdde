/** What every Redis driver has to do, and the kit on the backend over each of them. */
@NullMarked
package io.zeal.redisdrivers;

import org.jspecify.annotations.NullMarked;
