/** A package that is neither exported nor opened. */
@NullMarked
package io.zeal.consumer.closed;

import org.jspecify.annotations.NullMarked;
