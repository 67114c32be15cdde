/** A circuit breaker around remote backends. */
@NullMarked
package io.zeal.resilience;

import org.jspecify.annotations.NullMarked;
