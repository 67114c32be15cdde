/** A backend that does one thing after the other, so that every other thread can come between. */
@NullMarked
package io.zeal.concurrency.naive;

import org.jspecify.annotations.NullMarked;
